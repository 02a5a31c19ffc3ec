"""What tracking results are written as and read from, one file a format."""
