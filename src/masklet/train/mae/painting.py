"""One step of masked auto-encoding: hide units of this process's pictures, paint them, score that.

It is a module so that a data-parallel wrapper sees one forward pass.
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from masklet.data.photos import PhotoBatch
from masklet.train.draws import Draws, Share
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


class Begun(NamedTuple):
    """This process's pictures of a step, and the random numbers that decide what is hidden."""

    pictures: Float[Tensor, "B 3 H W"]
    chances: Float[Tensor, "B U"]


class Painting(nn.Module):
    """Paints batch after batch.

    Args:
        feed: where batches come from; their masks are not looked at.
        draws: decide what is hidden.
        parts: even parts that a batch is painted in.
    """

    def __init__(
        self, model: MaskedAutoencoder, feed: Feed, draws: Draws, *, parts: int = 1
    ) -> None:
        super().__init__()
        self.model = model
        self.feed = feed
        self.draws = draws
        self.parts = parts
        self.begun: Begun | None = None

    def forward(self, step: int, part: int = 0) -> tuple[PaintingLoss, ...]:
        """Paint the pictures of a step, or a part of them; as much is hidden of every picture.

        Parts are painted in their order.
        """
        if part == 0:
            self.begun = self.begin(step)
        assert self.begun is not None
        pictures, chances = map(Share(part, self.parts).own, self.begun)
        painted = self.model(pictures, chances)
        loss = painting_loss(painted.units.float(), targets_of(pictures), painted.hidden)
        return (PaintingLoss(loss),)

    def begin(self, step: int) -> Begun:
        """The pictures of a step, normalised."""
        own = self.feed.batch(step)
        assert isinstance(own, PhotoBatch)
        batch, _, height, width = own.pictures.shape
        units = height // SIDE * (width // SIDE)
        return Begun(normalise(own.pictures), self.draws.rows((batch, units), own.pictures.device))
