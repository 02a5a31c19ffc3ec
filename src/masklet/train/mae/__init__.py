"""Masked auto-encoding: an image encoder learns from pictures alone, by painting hidden parts."""
