"""One step of masked auto-encoding: hide units of this process's pictures, paint them, score that.

It is a module so that a data-parallel wrapper sees one forward pass.
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from masklet.data.photos import PhotoBatch
from masklet.train.draws import Draws
from masklet.train.feed import Feed
from masklet.train.game import normalise
from masklet.train.mae.autoencoder import MaskedAutoencoder
from masklet.train.mae.units import SIDE, painting_loss, targets_of


class PaintingLoss(NamedTuple):
    """The loss of one step.

    Attributes:
        total: mean squared error of hidden units in their own mean and deviation.
    """

    total: Float[Tensor, ""]


class Painting(nn.Module):
    """Paints batch after batch.

    Args:
        feed: where batches come from; their masks are not looked at.
        draws: decide what is hidden.
    """

    def __init__(self, model: MaskedAutoencoder, feed: Feed, draws: Draws) -> None:
        super().__init__()
        self.model = model
        self.feed = feed
        self.draws = draws

    def forward(self, step: int) -> tuple[PaintingLoss, ...]:
        """Paint the pictures of a step; every process hides as many units, so means agree."""
        own = self.feed.batch(step)
        assert isinstance(own, PhotoBatch)
        pictures = normalise(own.pictures)
        batch, _, height, width = pictures.shape
        chances = self.draws.rows((batch, height // SIDE * (width // SIDE)), pictures.device)
        painted = self.model(pictures, chances)
        loss = painting_loss(painted.units.float(), targets_of(pictures), painted.hidden)
        return (PaintingLoss(loss),)
