"""Click an object in an image or a video and get its mask through time."""
