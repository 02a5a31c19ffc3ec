"""Clips of any reader as small squares: for shards of a pool, or to train from at once."""
