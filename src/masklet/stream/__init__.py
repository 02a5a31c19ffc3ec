"""The streaming core: which memories a frame reads, one step, what is kept; no files, no ids."""
