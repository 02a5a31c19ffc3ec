"""One step's game: play this process's rows of a batch, whole or in parts, for their losses.

It is a module so that a data-parallel wrapper sees one forward pass.
"""

from typing import NamedTuple

from jaxtyping import Bool, Float, UInt8
from torch import Tensor, nn

from masklet.data.clips import ClipBatch
from masklet.data.photos import PhotoBatch
from masklet.model.sam2 import Sam2
from masklet.train.draws import Draws, Share
from masklet.train.feed import Batch, Feed
from masklet.train.follow import follow
from masklet.train.game import Player, normalise, on_grid, rows_of
from masklet.train.losses import MaskLoss
from masklet.train.processes import of_all
from masklet.train.prompting import First
from masklet.train.recipes import Pictures, Recipe


class Begun(NamedTuple):
    """A batch that is being played.

    Attributes:
        own: this process's rows.
        present: of the rows of all processes, see ``ClipBatch``.
        generator: the state of the source of random choices before the first part.
    """

    own: Batch
    present: Bool[Tensor, "B K"]
    generator: UInt8[Tensor, "bytes"]


class Rounds(nn.Module):
    """Plays batch after batch of a recipe.

    Args:
        feed: where batches come from.
        draws: the source of every random choice of the game.
    """

    def __init__(self, recipe: Recipe, model: Sam2, feed: Feed, draws: Draws) -> None:
        super().__init__()
        self.recipe = recipe
        self.model = model
        self.feed = feed
        self.draws = draws
        self.begun: Begun | None = None

    def forward(self, step: int, part: int = 0) -> tuple[MaskLoss, ...]:
        """Play the batch of a step, or a part of it; the losses in the order of the answers.

        Parts are played in their order, and are drawn as if processes shared the batch.
        """
        if part == 0:
            self.begun = self.begin(step)
        begun, parts = self.begun, self.recipe.accumulate
        assert begun is not None
        self.draws.generator.set_state(begun.generator)
        rank, world = self.draws.share
        draws = Draws(self.draws.generator, Share(rank * parts + part, world * parts))
        player = Player(self.model, draws, self.recipe.rules)
        own = type(begun.own)(*map(Share(part, parts).own, begun.own))
        if isinstance(own, PhotoBatch):
            return self.play_photos(player, own, begun.present)
        return self.play_clips(player, own, begun.present)

    def begin(self, step: int) -> Begun:
        """The batch of a step, before anything of it is played."""
        own = self.feed.batch(step)
        present = of_all(own.present, self.draws.share)
        return Begun(own, present, self.draws.generator.get_state())

    def play_photos(
        self, player: Player, own: PhotoBatch, present: Bool[Tensor, "B K"]
    ) -> tuple[MaskLoss, ...]:
        """Every picture is encoded once for all its objects."""
        how = self.recipe.pictures
        features = rows_of(self.model.encode(normalise(own.pictures)), how.objects)
        played = player.play(
            self.model.without_memory(features.stride16),
            features,
            on_grid(own.masks.flatten(0, 1), player.rules.grid),
            row_weights(present, player.draws.share),
            first=draw_first(how, player.draws.chance()),
            clicks=how.rounds - 1,
        )
        return played.losses

    def play_clips(
        self, player: Player, own: ClipBatch, present: Bool[Tensor, "B K"]
    ) -> tuple[MaskLoss, ...]:
        """Every frame is encoded at once, then the clips are followed frame by frame."""
        features = self.model.encode(normalise(own.pictures.flatten(0, 1)))
        masks_BTKHW: Tensor = own.masks
        grid = player.rules.grid
        truth = on_grid(masks_BTKHW.flatten(0, 2), grid).unflatten(0, masks_BTKHW.shape[:3])
        weight = row_weights(present, player.draws.share)
        return follow(player, features, truth, weight, start=self.recipe.start)


def draw_first(how: Pictures, chance: float) -> First:
    """How all pictures of a step are first asked for; ``chance`` is a number in 0..1."""
    if chance < 1 - how.box - how.hint:
        return First.CLICK
    return First.BOX if chance < 1 - how.hint else First.HINT


def row_weights(present: Bool[Tensor, "B K"], share: Share) -> Float[Tensor, "r"]:
    """How much each of this share's rows counts.

    A mean over shares of the sums so weighted is the mean over the present objects of all.
    """
    counted = present.flatten().float()
    return share.own(counted * (share.world / counted.sum().clamp(min=1)))
