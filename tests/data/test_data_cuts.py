"""Shots cut into clips hide every object while they last."""

import torch

from masklet.data.clips import ClipBatch
from masklet.data.cuts import cut_away


def batch() -> ClipBatch:
    """Four clips of five frames, each of one brightness, with an object everywhere."""
    shade = torch.arange(4.0).view(4, 1, 1, 1, 1).expand(4, 5, 3, 8, 8)
    return ClipBatch(shade, torch.ones(4, 5, 2, 8, 8).bool(), torch.ones(4, 2).bool())


def test_cut_frames_show_another_clip_without_the_objects() -> None:
    """Frame 0 stays; a frame is cut in picture and mask alike; some come back, some do not."""
    before = batch()
    after = cut_away(before, torch.Generator().manual_seed(0), share=1.0)
    cut = (after.pictures != before.pictures).flatten(2).any(2)
    assert torch.equal(cut, ~after.masks.flatten(2).any(2))
    assert not cut[:, 0].any()
    assert cut.any(1).all()


def test_a_share_of_none_changes_nothing() -> None:
    """And one clip alone has nothing to cut to."""
    before = batch()
    after = cut_away(before, torch.Generator().manual_seed(0), share=0.0)
    assert torch.equal(after.pictures, before.pictures)
    one = ClipBatch(before.pictures[:1], before.masks[:1], before.present[:1])
    assert cut_away(one, torch.Generator().manual_seed(0), share=1.0) is one
