"""What is evaluated: our models, baselines, the reference package, masks in a folder."""
