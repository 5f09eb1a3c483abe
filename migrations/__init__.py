"""The history of the tables, for both databases; versions import nothing of ours."""
