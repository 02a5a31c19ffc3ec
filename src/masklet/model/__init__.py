"""The SAM 2 network: tensors in, named tensors out; no state, no files, no device logic."""
