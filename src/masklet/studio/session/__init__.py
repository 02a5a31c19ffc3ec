"""One project in memory: what the log says, the model's state, and tracking."""
