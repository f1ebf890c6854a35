"""What pages and mails are made of."""
