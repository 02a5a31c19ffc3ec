"""Who is let in, and what an answer may be used for."""
