"""Training material: photos and videos packed into shards, and batches drawn from them."""
