"""Everything that can seal a report, and the public site; nothing here can open one again."""
