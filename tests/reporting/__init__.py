"""Services of the public side, on both databases."""
