"""Training material: datasets read, photos and videos packed into shards, batches drawn from them."""
