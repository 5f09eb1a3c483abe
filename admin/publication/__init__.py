"""Publication: what leads from graded reports to figures that say nothing of anybody."""
