"""One project on disk: the log of edits, the masks, and the model's records of tracked frames."""
