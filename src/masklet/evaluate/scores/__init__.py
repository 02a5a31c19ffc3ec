"""How good a mask is, and which frames and objects count."""
