"""``masklet segment``: masks of the objects of one picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

import masklet
from masklet.cli.options import Corners, Files, ModelFlags, ModelOptions, Point
from masklet.cli.picture_outputs import check_picture_output, write_picture_output
from masklet.cli.progress import emit, frame_fields
from masklet.cli.prompts import read_prompts
from masklet.errors import PromptError
from masklet.values import FrameResult, ObjectId, Prompt


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Find the masks of objects in one picture, from clicks or boxes.

    For example: masklet segment photo.jpg --point 320,200 --output photo.png
    """

    image: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="IMAGE")]
    """A picture."""
    point: Point = ()
    """A click on the object: x,y or OBJECT:x,y. An object is a number or a name; 1 if left out."""
    negative: Point = ()
    """A click outside the object, written in the same way."""
    box: Corners = ()
    """A box around an object: x0,y0,x1,y1 or OBJECT:... Boxes without one are objects 1, 2, 3..."""
    multimask: bool = False
    """Keep all three candidates of every object."""
    output: Files = ()
    """out.png: the masks over the picture. out.cutout.png: the objects alone, with alpha.
    out.mask.png: a palette picture of object numbers. out.json: COCO run lengths."""
    model: ModelFlags = field(default_factory=ModelOptions)
    json: bool = False
    """JSON lines, for machines."""

    def run(self) -> None:
        """Segment, and write what was asked for.

        Raises:
            MaskletError: input that cannot be used.
        """
        from masklet.media.pictures import read_picture

        prompts = self._prompts()
        picture = read_picture(self.image)
        outputs = self.output or (f"{Path(self.image).stem}.masklet.png",)
        for output in outputs:
            check_picture_output(output)
        image = self.model.load().image(picture)
        result = joined([(prompt, self._ask(image, prompt)) for prompt in prompts])
        for output in outputs:
            write_picture_output(output, picture, result, prompts)
        if self.json:
            emit("done", **frame_fields(result), outputs=list(outputs))
        else:
            print("\n".join(outputs))

    def _prompts(self) -> list[Prompt]:
        placed = read_prompts(
            points=self.point, negatives=self.negative, boxes=self.box, number_boxes=True
        )
        if not placed:
            raise PromptError("nothing to segment: say where it is with --point x,y or --box")
        for frame, _ in placed:
            if frame != 0:
                raise PromptError(f"frame {frame} was named: a picture has only frame 0")
        return [prompt for _, prompt in placed]

    def _ask(self, image: "masklet.Image", prompt: Prompt) -> "masklet.ImageResult":
        """One mask, the best of three where a single click leaves open what is meant."""
        single = prompt.box is None and len(prompt.points or ()) == 1
        found = image.segment(
            points=prompt.points,
            labels=prompt.labels,
            box=prompt.box,
            multimask=self.multimask or single,
        )
        return found if self.multimask else best_of(found)


def best_of(found: "masklet.ImageResult") -> "masklet.ImageResult":
    """The candidate of the highest score alone."""
    row = int(found.scores.argmax())
    chosen = slice(row, row + 1)
    return replace(found, logits=found.logits[chosen], scores=found.scores[chosen])


def joined(found: Sequence[tuple[Prompt, "masklet.ImageResult"]]) -> FrameResult:
    """Every object's masks as one result; candidates are named OBJECT-1, OBJECT-2, OBJECT-3."""
    objects: list[ObjectId] = []
    for prompt, result in found:
        count = len(result.scores)
        names = [f"{prompt.object}-{number}" for number in range(1, count + 1)]
        objects += [prompt.object] if count == 1 else names
    return FrameResult(
        index=0,
        objects=tuple(objects),
        logits=np.concatenate([result.logits for _, result in found]),
        scores=np.concatenate([result.scores for _, result in found]),
        presence=np.concatenate(
            [np.full(len(result.scores), result.presence, np.float32) for _, result in found]
        ),
        size=found[0][1].size,
    )
