"""Old rows in, upgrade, look, downgrade."""
