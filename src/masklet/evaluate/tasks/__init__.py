"""The protocols: what is asked of a method, and how its answers are summed up."""
