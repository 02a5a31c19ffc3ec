"""How well a model does: masks against annotations, by measures that others publish."""
