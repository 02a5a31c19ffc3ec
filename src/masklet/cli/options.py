"""Options that several verbs share: which model, what to follow, and where results go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

import masklet
from masklet.cli.prompts import PlacedPrompt, read_prompts
from masklet.errors import PromptError

Point = Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="X,Y")]
Corners = Annotated[
    tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="X0,Y0,X1,Y1")
]
Files = Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="PATH")]
FrameNumber = Annotated[int | None, tyro.conf.arg(metavar="FRAME")]


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which network runs, and how."""

    model: Annotated[str | None, tyro.conf.arg(metavar="NAME")] = None
    """Name of a model, as `masklet weights list` prints them; the bundled one by default."""
    checkpoint: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Weights to load into it: a released .pt or a .safetensors file."""
    image_size: Annotated[int | None, tyro.conf.arg(metavar="PIXELS")] = None
    """Side of the square that the network sees, a multiple of 32; the model's own by default."""
    device: Annotated[str | None, tyro.conf.arg(metavar="DEVICE")] = None
    """cpu, cuda, cuda:1 or mps; the fastest there is by default."""
    dtype: Annotated[
        Literal["float32", "bfloat16", "float16"] | None,
        tyro.conf.arg(metavar="float32|bfloat16|float16"),
    ] = None
    """Number type of the network; the device's best by default."""

    def load(self) -> "masklet.Model":
        """The model, ready to use."""
        return masklet.load(
            self.model,
            checkpoint=self.checkpoint,
            image_size=self.image_size,
            device=self.device,
            dtype=self.dtype,
        )


@dataclass(frozen=True, kw_only=True)
class PromptOptions:
    """What to follow: clicks, boxes and mask files, each of them as often as needed."""

    point: Point = ()
    """A click on the object: x,y or OBJECT:x,y or FRAME:OBJECT:x,y. An object is a number or a
    name; it is 1, and the frame 0, where left out."""
    negative: Point = ()
    """A click outside the object, written in the same way."""
    box: Corners = ()
    """A box around the object: x0,y0,x1,y1 or OBJECT:... or FRAME:OBJECT:..."""
    mask: Files = ()
    """A picture of the object's mask: file.png or FRAME:OBJECT:file.png. By itself, every colour
    of a palette picture is an object."""

    def read(self) -> tuple[PlacedPrompt, ...]:
        """Every prompt, by frame.

        Raises:
            PromptError: a value cannot be read, or there is none.
        """
        prompts = read_prompts(
            points=self.point, negatives=self.negative, boxes=self.box, masks=self.mask
        )
        if not prompts:
            raise PromptError(
                "nothing to follow: say where it is with --point x,y or --box or --mask"
            )
        return prompts


Flat = tyro.conf.arg(name="")
ModelFlags = Annotated[ModelOptions, Flat]
PromptFlags = Annotated[PromptOptions, Flat]
