"""Frames as JPEG: a pool of decoders a project, a bounded cache, and the filmstrip."""
