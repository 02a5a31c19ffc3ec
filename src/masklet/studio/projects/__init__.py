"""Projects on disk and in memory: finding, making, opening and sharing them."""
