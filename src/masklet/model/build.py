"""Build a network from its config."""

from masklet.model.config import ModelConfig
from masklet.model.sam2 import Sam2


def build_model(config: ModelConfig) -> Sam2:
    """A network with fresh random weights, in evaluation mode."""
    return Sam2(config).eval()
