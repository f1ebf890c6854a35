"""A believable small trading company to look at the product with: made, and removed again without a trace."""
