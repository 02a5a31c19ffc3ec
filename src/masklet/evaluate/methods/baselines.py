"""Methods that need no trained tracker: the mask copied, moved by optical flow, or found anew.

An object is followed forward from each of its prompted frames to the next, so that the nearest
prompt before a frame counts; before its first prompt an object has no mask.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import PromptError
from masklet.evaluate.methods.method import Answer
from masklet.evaluate.methods.optical_flow import Carrier, CopyCarrier, FlowCarrier, Soft
from masklet.evaluate.methods.picture_prompt import PicturePrompt, rebuilt
from masklet.evaluate.tasks.annotator import tight_box
from masklet.masks.rle import Rle, decode, encode
from masklet.predict.image import Image, ImagePrompt
from masklet.predict.model import Model
from masklet.values import Box, Point

INSIDE = 0.5


class CopyMethod:
    """The last prompted mask, unchanged.

    Args:
        name: for reports.
        pictures: turns clicks and boxes into masks; without it only masks are taken.
    """

    def __init__(self, name: str = "copy", pictures: Model | None = None) -> None:
        self.name = name
        self.pictures = pictures

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["CarriedSession"]:
        """Begins with a video."""
        yield CarriedSession(self.name, video, CopyCarrier(), Pictures(video, self.pictures))


class FlowMethod:
    """The last prompted mask, moved from frame to frame by optical flow.

    Args:
        name: for reports.
        pictures: turns clicks and boxes into masks; without it only masks are taken.
    """

    def __init__(self, name: str = "flow", pictures: Model | None = None) -> None:
        self.name = name
        self.pictures = pictures

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["CarriedSession"]:
        """Begins with a video."""
        yield CarriedSession(self.name, video, FlowCarrier(video), Pictures(video, self.pictures))


class PictureMethod:
    """An image model alone: each frame is asked for the object in the last mask's tight box.

    Args:
        name: for reports.
        model: asked in each single picture; its memory is not used.
    """

    def __init__(self, name: str, model: Model) -> None:
        self.name = name
        self.pictures: Model | None = model

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["CarriedSession"]:
        """Begins with a video."""
        pictures = Pictures(video, self.pictures)
        yield CarriedSession(self.name, video, BoxCarrier(pictures.image), pictures)


class Pictures:
    """The frames of a video as an image model sees them; the last one is kept.

    Args:
        video: whose frames.
        model: None where there is no image model.
    """

    def __init__(self, video: AnnotatedVideo, model: Model | None) -> None:
        self._video = video
        self._model = model
        self._last: tuple[int, Image] | None = None

    def __bool__(self) -> bool:
        return self._model is not None

    def image(self, frame: int) -> Image:
        """Frame ``frame``, encoded. Raises MediaError."""
        assert self._model is not None
        if self._last is None or self._last[0] != frame:
            self._last = (frame, self._model.image(self._video.picture(frame)))
        return self._last[1]


class BoxCarrier:
    """Masks are found anew in each picture, from the tight box of the mask before.

    An object whose mask is empty has no box and stays lost.
    """

    def __init__(self, image: Callable[[int], Image]) -> None:
        self._image = image

    def carry(self, frame: int, masks: Mapping[int, Soft]) -> dict[int, Soft]:
        """The masks in frame ``frame``. Raises MediaError."""
        found = dict(masks)
        inside = {label: mask > INSIDE for label, mask in masks.items()}
        known = {label: tight_box(mask) for label, mask in inside.items() if mask.any()}
        if known:
            prompts = [ImagePrompt(box=box) for box in known.values()]
            results = self._image(frame).segment_batch(prompts)
            for label, result in zip(known, results, strict=True):
                found[label] = result.best.astype(np.float32)
        return found


class CarriedSession:
    """One video on its way: prompted masks, and a carrier that takes them from frame to frame."""

    def __init__(
        self, name: str, video: AnnotatedVideo, carrier: Carrier, pictures: Pictures
    ) -> None:
        self._name = name
        self._video = video
        self._carrier = carrier
        self._pictures = pictures
        self._prompts: dict[int, dict[int, PicturePrompt]] = {}
        self._followed: dict[int, dict[int, Rle]] = {}

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the public interface
        points: Sequence[Point] | None = None,
        labels: Sequence[int] | None = None,
        box: Box | None = None,
        mask: Mask | None = None,
    ) -> Mask:
        """Adds to what was said about an object on a frame, and gives its mask there.

        A mask replaces everything. Clicks and boxes refine the image model's answer; where the
        mask came from elsewhere, the image model first makes it again.

        Raises:
            PromptError: clicks or a box without an image model, or a prompt that cannot be used.
            MediaError: the frame cannot be read.
        """
        self._check_frame("frame", frame)
        if points is None and box is None and mask is None:
            raise PromptError("nothing is asked: give points, a box or a mask")
        prompt = self._prompts.get(object, {}).get(frame)
        if mask is not None:
            prompt = PicturePrompt(mask=self._checked(mask, frame))
        if points is not None or box is not None:
            if not self._pictures:
                raise PromptError(
                    f"{self._name}: clicks or a box came, for which it has no image model; "
                    "wanted a mask"
                )
            image = self._pictures.image(frame)
            before = self._before(image, frame, object, prompt)
            prompt = before.told(image, points or (), labels, box)
        assert prompt is not None
        self._prompts.setdefault(object, {})[frame] = prompt
        return prompt.mask

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Frames ``start`` to the last, in order.

        Raises:
            PromptError: nothing is prompted, or there is no such frame.
            MediaError: a frame cannot be read.
        """
        self._check_frame("start", start)
        if not self._prompts:
            raise PromptError("there is nothing to propagate: prompt an object first")
        return self._follow(start)

    def _follow(self, start: int) -> Iterator[Answer]:
        masks: dict[int, Soft] = {}
        for frame in range(self._begin(start), len(self._video)):
            if masks:
                masks = self._carrier.carry(frame, masks)
            for label, prompts in self._prompts.items():
                if frame in prompts:
                    masks[label] = prompts[frame].mask.astype(np.float32)
            if frame >= start:
                inside = {label: mask > INSIDE for label, mask in masks.items()}
                self._followed[frame] = {label: encode(mask) for label, mask in inside.items()}
                yield Answer(frame, inside)

    def _begin(self, start: int) -> int:
        """The latest frame from which every object's way to ``start`` is known."""
        last = [
            max((frame for frame in prompts if frame <= start), default=start)
            for prompts in self._prompts.values()
        ]
        return min(last)

    def _before(
        self, image: Image, frame: int, label: int, prompt: PicturePrompt | None
    ) -> PicturePrompt:
        """What the image model knows of an object before it is told more."""
        if prompt is None:
            followed = self._followed.get(frame, {}).get(label)
            size = image.size
            return rebuilt(image, np.zeros(size, bool) if followed is None else decode(followed))
        return rebuilt(image, prompt.mask) if prompt.logits is None else prompt

    def _check_frame(self, argument: str, frame: int) -> None:
        if not 0 <= frame < len(self._video):
            raise PromptError(f"{argument}={frame}: wanted 0 to {len(self._video) - 1}")

    def _checked(self, mask: Mask, frame: int) -> Mask:
        size = self._video.picture(frame).shape[:2]
        if mask.shape != size:
            raise PromptError(f"mask: {mask.shape} came; wanted {size}, the size of the frame")
        return mask.astype(bool)
