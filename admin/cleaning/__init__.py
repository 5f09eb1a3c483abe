"""Cleaning: make a copy of a file in which nothing is left but what can be seen.

What reads a stranger's file runs in a process of its own (`child`), which can open no file and no
connection and is ended when it takes too long. The staff site only starts it and believes none of
what comes back (`parent`, `frames`). This package knows no key, no table and no page.
"""
