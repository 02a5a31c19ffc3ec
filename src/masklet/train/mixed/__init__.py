"""Training from datasets as they lie on disk, without packing them first."""
