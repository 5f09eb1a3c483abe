"""Tests of what leads from graded reports to figures."""
