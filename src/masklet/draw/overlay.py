"""Masks laid over a picture: tinted, outlined, labelled, with the prompts that made them."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float32

from masklet.draw.markers import draw_label, draw_note, draw_prompt
from masklet.draw.outline import Ink, ink_of
from masklet.errors import MediaError
from masklet.masks.palette import Colour, overlay_colour
from masklet.values import Picture, Prompt

HALO = 0.45
LIGHTEN = 0.35


def overlay(
    picture: Picture,
    masks: Bool[np.ndarray, "N h w"] | Sequence[Bool[np.ndarray, "h w"]],
    *,
    colours: Sequence[Colour] | None = None,
    alpha: float = 0.5,
    contour: int | None = None,
    labels: Sequence[str] | None = None,
    visible: Sequence[bool] | Bool[np.ndarray, "V"] | None = None,
    prompts: Sequence[Prompt] = (),
) -> Picture:
    """The picture with every mask tinted and outlined; later masks lie over earlier ones.

    Args:
        picture: RGB; it is not changed.
        masks: one a object, as large as the picture.
        colours: RGB, one a mask; by default distinct ones in the order of the masks.
        alpha: how much of the colour covers the inside, 0 to 1.
        contour: width of the outline in pixels, 0 for none; by default it suits the picture.
        labels: one a mask, written above it; none by default.
        visible: one a mask; what is False and labelled is listed as hidden in the lower left
            corner. By default a mask is visible where it is not empty.
        prompts: points and boxes to mark.

    Raises:
        MediaError: the number of masks, colours, labels or flags differs, or a mask has another
            size than the picture.
    """
    count = len(masks)
    colours = [overlay_colour(row) for row in range(count)] if colours is None else colours
    _check(picture, masks, colours, labels, visible)
    unit = max(1, round(min(picture.shape[:2]) / 360))
    width = unit if contour is None else contour
    out = picture.copy()
    inks = [ink_of(np.asarray(mask, dtype=bool), max(width, 1)) for mask in masks]
    for ink, colour in zip(inks, colours, strict=True):
        if ink is not None:
            _lay(out, ink, colour, alpha, outlined=width > 0)
    for prompt in prompts:
        draw_prompt(out, prompt, unit)
    if labels is not None:
        _label(out, inks, labels, colours, visible, unit)
    return out


def _lay(picture: Picture, ink: Ink, colour: Colour, alpha: float, *, outlined: bool) -> None:
    """Tints and outlines one mask in place: a dark edge, and on it a line in a lighter tone."""
    window = picture[ink.rows, ink.columns]
    tone = np.array(colour, dtype=np.float32)
    pixels = _mixed(window.astype(np.float32), tone, alpha * ink.fill)
    if outlined:
        pixels = _mixed(pixels, np.zeros(3, dtype=np.float32), HALO * ink.halo)
        pixels = _mixed(pixels, tone + LIGHTEN * (255 - tone), ink.line)
    np.copyto(window, np.round(pixels), casting="unsafe")


def _mixed(
    pixels: Float32[np.ndarray, "h w 3"],
    tone: Float32[np.ndarray, "3"],
    much: Float32[np.ndarray, "h w"],
) -> Float32[np.ndarray, "h w 3"]:
    return pixels + (tone - pixels) * much[..., None]


def _label(
    picture: Picture,
    inks: Sequence[Ink | None],
    labels: Sequence[str],
    colours: Sequence[Colour],
    visible: Sequence[bool] | Bool[np.ndarray, "V"] | None,
    unit: int,
) -> None:
    """Writes each label above its mask, and the hidden ones in the corner."""
    shown = [ink is not None for ink in inks] if visible is None else [bool(v) for v in visible]
    hidden = [label for label, is_shown in zip(labels, shown, strict=True) if not is_shown]
    for ink, label, colour, is_shown in zip(inks, labels, colours, shown, strict=True):
        if ink is not None and is_shown:
            draw_label(picture, label, ink.top, colour, unit)
    if hidden:
        draw_note(picture, "hidden: " + ", ".join(hidden), unit)


def _check(
    picture: Picture,
    masks: Bool[np.ndarray, "N h w"] | Sequence[Bool[np.ndarray, "h w"]],
    colours: Sequence[Colour],
    labels: Sequence[str] | None,
    visible: Sequence[bool] | Bool[np.ndarray, "V"] | None,
) -> None:
    """Raises MediaError that names the argument that does not fit."""
    for name, values in (("colours", colours), ("labels", labels), ("visible", visible)):
        if values is not None and len(values) != len(masks):
            raise MediaError(f"{name}: {len(values)} came for {len(masks)} masks")
    for row, mask in enumerate(masks):
        if np.shape(mask) != picture.shape[:2]:
            raise MediaError(
                f"masks: number {row} is {list(np.shape(mask))}; wanted {list(picture.shape[:2])}"
            )
