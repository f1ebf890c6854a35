"""The rules walked through the past: what was known on each morning, what the policy says, how it ended."""
