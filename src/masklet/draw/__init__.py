"""Pictures to look at: masks laid over frames, contact sheets and cut-outs; arrays in and out."""
