"""Datasets as they lie on disk, of one form for whoever trains on them or scores with them."""
