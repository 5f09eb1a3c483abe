"""Services of the staff side."""
