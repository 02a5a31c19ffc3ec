"""Reading one picture, whatever its kind, as RGB."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from masklet.errors import MediaError
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.values import Size

ORIENTATION, SIDEWAYS = 0x0112, range(5, 9)
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def read_picture(picture: str | Path | np.ndarray | Image.Image) -> UInt8[np.ndarray, "H W 3"]:
    """One picture as RGB, upright.

    EXIF orientation is followed, grey is repeated, palettes are looked up, what is transparent
    is laid over white, and 16-bit samples keep their high byte.

    Args:
        picture: path of a file, uint8 or uint16 array [H, W], [H, W, 1], [H, W, 3] or
            [H, W, 4], or a PIL image.

    Raises:
        MediaError: the file is absent, no picture or cut short, or the array has another shape
            or type.
    """
    if isinstance(picture, np.ndarray):
        return _from_array(picture)
    if isinstance(picture, Image.Image):
        return _from_pil(picture, "the picture")
    path = Path(picture)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise MediaError(f"picture: {path} {what}; wanted an image file")
    try:
        with Image.open(path) as opened:
            return _from_pil(opened, str(path))
    except Image.UnidentifiedImageError:
        raise MediaError(f"picture: {path} is not an image that can be read") from None


def picture_size(path: str | Path | BytesIO) -> Size:
    """Height and width of a picture file as it is seen, from its head alone.

    Raises:
        MediaError: the file is absent or no picture.
    """
    try:
        with Image.open(path) as opened:
            turned = opened.getexif().get(ORIENTATION, 1) in SIDEWAYS
            return Size(*(opened.size if turned else opened.size[::-1]))
    except Image.UnidentifiedImageError:
        raise MediaError(f"picture: {path} is not an image that can be read") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"picture: {path} cannot be read: {error}") from error


def _from_pil(opened: Image.Image, name: str) -> UInt8[np.ndarray, "H W 3"]:
    """Pixels of a PIL image of any mode."""
    try:
        upright = ImageOps.exif_transpose(opened)
        if upright.mode.startswith("I"):
            return _from_array(np.clip(np.asarray(upright), 0, 65535).astype(np.uint16))
        if upright.mode == "F":
            raise MediaError(f"picture: {name} holds floating point samples; wanted 8 or 16 bits")
        if upright.has_transparency_data:
            return _from_array(np.asarray(upright.convert("RGBA")))
        return np.array(upright.convert("RGB"))
    except MediaError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"picture: {name} cannot be read: {error}") from error


def _from_array(array: np.ndarray) -> UInt8[np.ndarray, "H W 3"]:
    """Any array that can only mean one picture."""
    channels = array.shape[2] if array.ndim == 3 else 1
    wanted = array.ndim in (2, 3) and channels in (1, 3, 4) and array.size > 0
    if not wanted or array.dtype not in (np.uint8, np.uint16):
        raise MediaError(
            f"picture: an array {array.dtype} {list(array.shape)} came; wanted uint8 [H, W, 3]"
        )
    if array.dtype == np.uint16:
        array = (array >> 8).astype(np.uint8)
    if channels == 1:
        return np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    if channels == 3:
        return array
    alpha = array[..., 3:].astype(np.uint16)
    over_white = (array[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return over_white.astype(np.uint8)


def write_picture(
    path: str | Path,
    picture: UInt8[np.ndarray, "H W C"] | UInt8[np.ndarray, "H W"] | Image.Image,
    *,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Writes a picture whole or not at all, of the kind that the name's ending says.

    Args:
        path: where; its folder is made where it does not exist.
        picture: RGB, RGBA or grey array, or a PIL image.
        notes: text that goes along, in a PNG only.

    Raises:
        MediaError: the folder cannot be written to, the disk is full, or no picture has that
            ending.
    """
    path = Path(path)
    kind = Image.registered_extensions().get(path.suffix.lower())
    if path.suffix.lower() not in PICTURE_SUFFIXES or kind is None:
        raise MediaError(f"output: {path} has no ending of a picture; wanted .png, .jpg or .webp")
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    texts = PngInfo()
    for key, text in (notes or {}).items():
        texts.add_itxt(key, text)
    part = part_of(path)
    try:
        with writing(path):
            image.save(
                part,
                format=kind,
                pnginfo=texts if kind == "PNG" else None,
                compress_level=3,
                quality=95,
                subsampling=0,
            )
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
