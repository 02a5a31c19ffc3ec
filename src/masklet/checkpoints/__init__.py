"""Weights: released, Hugging Face and our own files, the local store and the download."""
