"""Annotated videos in the layouts they are distributed in."""
