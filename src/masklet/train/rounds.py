"""One step's game: play this process's rows of a batch, and hand out the losses.

It is a module so that a data-parallel wrapper sees one forward pass.
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from masklet.data.clips import ClipBatch
from masklet.data.photos import PhotoBatch
from masklet.model.sam2 import Sam2
from masklet.train.draws import Draws, Share
from masklet.train.feed import Feed
from masklet.train.follow import follow
from masklet.train.game import Player, normalise, on_grid, rows_of
from masklet.train.losses import MaskLoss
from masklet.train.processes import of_all
from masklet.train.prompting import First
from masklet.train.recipes import Pictures, Recipe


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
        self.player = Player(model, draws, recipe.rules)

    def forward(self, step: int) -> tuple[MaskLoss, ...]:
        """Play the batch of a step; the losses in the order of the answers."""
        own = self.feed.batch(step)
        present = of_all(own.present, self.player.draws.share)
        if isinstance(own, PhotoBatch):
            return self.play_photos(own, present)
        return self.play_clips(own, present)

    def play_photos(self, own: PhotoBatch, present: Bool[Tensor, "B K"]) -> tuple[MaskLoss, ...]:
        """Every picture is encoded once for all its objects."""
        how, player = self.recipe.pictures, self.player
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

    def play_clips(self, own: ClipBatch, present: Bool[Tensor, "B K"]) -> tuple[MaskLoss, ...]:
        """Every frame is encoded at once, then the clips are followed frame by frame."""
        features = self.model.encode(normalise(own.pictures.flatten(0, 1)))
        masks_BTKHW: Tensor = own.masks
        grid = self.player.rules.grid
        truth = on_grid(masks_BTKHW.flatten(0, 2), grid).unflatten(0, masks_BTKHW.shape[:3])
        weight = row_weights(present, self.player.draws.share)
        return follow(self.player, features, truth, weight, start=self.recipe.start)


def draw_first(how: Pictures, chance: float) -> First:
    """How all pictures of a step are first asked for; ``chance`` is a number in 0..1."""
    if chance < 1 - how.box - how.hint:
        return First.CLICK
    return First.BOX if chance < 1 - how.hint else First.HINT


def row_weights(present: Bool[Tensor, "B K"], share: Share) -> Float[Tensor, "r"]:
    """How much each of this process's rows counts.

    A mean over processes of the sums so weighted is the mean over the present objects of all.
    """
    counted = present.flatten().float()
    return share.own(counted * (share.world / counted.sum().clamp(min=1)))
