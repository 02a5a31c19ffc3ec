"""Clips in tar files, a sample a group of files: written, read by number, or streamed in order."""
