"""What evaluations make of annotated videos: clips of one object, groups, videos in memory."""
