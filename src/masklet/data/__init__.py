"""Training material: readers of datasets, shards of what they hold, and batches drawn from it."""
