"""Rules the whole tree keeps."""
