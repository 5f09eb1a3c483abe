"""Whole stories, through HTTP and the command line."""
