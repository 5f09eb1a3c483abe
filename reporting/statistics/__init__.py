"""Published statistics: pure arithmetic and fixed lists; nothing here can count a case."""
