"""Files on their way in: gathered in pieces, and looked into by a child process."""
