"""The bundled clip: a photographed figure that walks, is hidden and comes back."""

from pathlib import Path

CLIP = Path(__file__).with_name("clip.mp4")
CLICKS = ((430.0, 310.0), (450.0, 195.0), (540.0, 345.0))
"""Points (x, y) on the astronaut in the first frame: suit, face and helmet."""
