"""One step's game: draw a batch, play this process's rows of it, and hand out the losses.

It is a module so that a data-parallel wrapper sees one forward pass.
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from masklet.data.clips import ClipBatch, sample_clips
from masklet.data.cuts import cut_away
from masklet.data.photos import PhotoBatch, sample_photos
from masklet.data.pool import Pool
from masklet.data.pseudo import sample_pseudo_clips
from masklet.model.sam2 import Sam2
from masklet.train.draws import Draws, Share
from masklet.train.follow import follow
from masklet.train.game import First, Player, at_decoder, normalise, rows_of
from masklet.train.losses import MaskLoss
from masklet.train.recipes import Recipe

CLICK_SHARE, BOX_SHARE = 0.5, 0.25


class Rounds(nn.Module):
    """Plays batch after batch of a recipe.

    Args:
        pool: where batches are drawn from.
        draws: the source of every random choice.
    """

    def __init__(self, recipe: Recipe, model: Sam2, pool: Pool, draws: Draws) -> None:
        super().__init__()
        self.recipe = recipe
        self.model = model
        self.pool = pool
        self.player = Player(model, draws)

    def forward(self) -> tuple[MaskLoss, ...]:
        """Draw a batch and play it; the losses in the order of the answers."""
        draws = self.player.draws
        batch = draw_batch(self.recipe, self.pool, draws)
        if isinstance(batch, PhotoBatch):
            return self.play_photos(PhotoBatch(*map(draws.share.own, batch)), batch.present)
        return self.play_clips(ClipBatch(*map(draws.share.own, batch)), batch.present)

    def play_photos(self, own: PhotoBatch, present: Bool[Tensor, "B K"]) -> tuple[MaskLoss, ...]:
        """Every picture is encoded once for all its objects."""
        how, player = self.recipe.pictures, self.player
        features = rows_of(self.model.encode(normalise(own.pictures)), how.objects)
        played = player.play(
            self.model.without_memory(features.stride16),
            features,
            at_decoder(own.masks.flatten(0, 1)),
            row_weights(present, player.draws.share),
            rounds=how.rounds,
            first=draw_first(player.draws.chance()),
        )
        return played.losses

    def play_clips(self, own: ClipBatch, present: Bool[Tensor, "B K"]) -> tuple[MaskLoss, ...]:
        """Every frame is encoded at once, then the clips are followed frame by frame."""
        features = self.model.encode(normalise(own.pictures.flatten(0, 1)))
        masks_BTKHW: Tensor = own.masks
        truth = at_decoder(masks_BTKHW.flatten(0, 2)).unflatten(0, masks_BTKHW.shape[:3])
        weight = row_weights(present, self.player.draws.share)
        return follow(self.player, features, truth, weight, start=self.recipe.start)


def draw_batch(recipe: Recipe, pool: Pool, draws: Draws) -> PhotoBatch | ClipBatch:
    """The batch that all processes share: photos, or clips made of photos, or real ones.

    Real clips have one object each.
    """
    generator = draws.generator
    if recipe.stage == "photos" or draws.chance() < recipe.single:
        how = recipe.pictures
        return sample_photos(pool, generator, how.batch, how.objects, how.size)
    if draws.chance() < recipe.real:
        count = recipe.batch * recipe.objects
        batch = sample_clips(pool, generator, count, recipe.frames, 1, recipe.size)
    else:
        size = (recipe.batch, recipe.frames, recipe.objects, recipe.size)
        batch = sample_pseudo_clips(pool, generator, *size)
    return cut_away(batch, generator)


def draw_first(chance: float) -> First:
    """Half clicks, a quarter boxes, a quarter hints; ``chance`` is a number in 0..1."""
    if chance < CLICK_SHARE:
        return First.CLICK
    return First.BOX if chance < CLICK_SHARE + BOX_SHARE else First.HINT


def row_weights(present: Bool[Tensor, "B K"], share: Share) -> Float[Tensor, "r"]:
    """How much each of this process's rows counts.

    A mean over processes of the sums so weighted is the mean over the present objects of all.
    """
    counted = present.flatten().float()
    return share.own(counted * (share.world / counted.sum().clamp(min=1)))
