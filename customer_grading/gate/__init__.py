"""The order desk: what the payment policy says of one document at one door (R6).

Each function loads facts, asks the rules and acts on the answer: lets pass, holds, or refuses.
"""
