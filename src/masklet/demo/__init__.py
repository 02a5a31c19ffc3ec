"""The bundled clip: a photographed figure that walks, is hidden and comes back."""

from pathlib import Path

CLIP = Path(__file__).with_name("clip.mp4")
CLICK = (430.0, 310.0)
"""A point (x, y) on the astronaut in the first frame."""
