"""The staff site, and everything that can read a report.

Whoever reads passes one door (`authority`), holds a key for what they read (`keyring`), and
leaves a row in the audit log before the first word is shown. No other package imports this one.
"""
