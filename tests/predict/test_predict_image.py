"""Segmenting a picture: combinations of prompts, batches of ragged ones, and what is refused."""

import numpy as np
import pytest
from small import SIDE, moving_pictures, small_model

from masklet.errors import PromptError
from masklet.predict.image import Image, ImagePrompt

CLICKS = [(20.0, 20.0), (60.0, 30.0), (10.0, 10.0)]


@pytest.fixture(scope="module")
def image() -> Image:
    """One encoded picture."""
    return small_model().image(moving_pictures(1)[0])


def test_one_mask_or_three(image: Image) -> None:
    """Multimask gives the three candidates in the decoder's order, else exactly one mask."""
    three = image.segment(points=CLICKS[:1])
    assert three.masks.shape == (3, 48, 72)
    assert three.scores.shape == (3,)
    assert np.array_equal(three.best, three.masks[three.scores.argmax()])
    assert image.segment(points=CLICKS[:1], multimask=False).masks.shape == (1, 48, 72)


def test_ragged_prompts_together_are_each_alone(image: Image) -> None:
    """One, two and three points, a box, and logits fed back, in one batch."""
    earlier = image.segment(points=CLICKS[:1], multimask=False).logits
    prompts = [
        ImagePrompt(points=CLICKS[:1]),
        ImagePrompt(points=CLICKS, labels=[1, 0, 1]),
        ImagePrompt(box=(5, 5, 50, 40)),
        ImagePrompt(box=(5, 5, 50, 40), points=CLICKS[:2], labels=[1, 0], mask=earlier),
    ]
    for prompt, result in zip(prompts, image.segment_batch(prompts), strict=True):
        alone = image.segment_batch([prompt])[0]
        assert np.allclose(result.logits, alone.logits, atol=1e-4)
        assert np.allclose(result.scores, alone.scores, atol=1e-5)


def test_earlier_logits_matter(image: Image) -> None:
    """Feeding logits back changes the answer; [h, w] and [1, h, w] are the same."""
    first = image.segment(points=CLICKS[:1], multimask=False)
    plain = image.segment(points=CLICKS, multimask=False)
    fed = image.segment(points=CLICKS, mask=first.logits, multimask=False)
    assert not np.allclose(plain.logits, fed.logits)
    again = image.segment(points=CLICKS, mask=first.logits[0], multimask=False)
    assert np.array_equal(fed.logits, again.logits)


def test_what_cannot_be_asked_is_refused(image: Image) -> None:
    """One error each."""
    small = SIDE // 4
    with pytest.raises(PromptError, match="nothing is asked"):
        image.segment()
    with pytest.raises(PromptError, match="logits of one earlier result"):
        image.segment(mask=np.zeros((3, small, small)))
    with pytest.raises(PromptError, match="not finite"):
        image.segment(mask=np.full((1, small, small), np.nan))
    with pytest.raises(PromptError, match="outside"):
        image.segment(points=[(73, 1)])
    assert image.segment_batch([]) == []


def test_absence_of_masks_at_the_size_of_the_picture(image: Image) -> None:
    """Masks are made at the picture's own size, whatever the network's."""
    result = image.segment(box=(0, 0, 72, 48), multimask=False)
    assert result.masks.shape[1:] == (48, 72)
    assert result.logits.shape[1:] == (SIDE // 4, SIDE // 4)
