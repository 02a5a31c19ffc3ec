"""What people call: a model with its image, video and stream predictors."""
