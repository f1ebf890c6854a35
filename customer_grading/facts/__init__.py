"""What ERPNext knows of customers, read set-based: the dataclasses that rules take."""
