"""Pictures whose masks are in a COCO JSON file: instances as polygons or run lengths."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masklet.errors import FormatError
from masklet.media.pictures import read_picture
from masklet.train.held_out import LabelMap, layered
from masklet.values import Picture, Size

PLACES = (".", "images")


@dataclass(frozen=True, kw_only=True, eq=False)
class CocoPhoto:
    """A picture file and its annotations.

    Attributes:
        files: the picture and the JSON file.
        size: as the JSON file says.
        segmentations: nodes of the JSON file.
    """

    name: str
    files: tuple[Path, ...]
    size: Size
    segmentations: tuple[Any, ...]

    def picture(self) -> Picture:
        """RGB. Raises MediaError, FormatError."""
        picture = read_picture(self.files[0])
        if picture.shape[:2] != self.size:
            raise FormatError(
                f"{self.files[0]}: {picture.shape[1]}x{picture.shape[0]} came; wanted "
                f"{self.size.width}x{self.size.height}, as {self.files[1]} says"
            )
        return picture

    def maps(self) -> list[LabelMap]:
        """As few maps as hold the instances without overlap. Raises FormatError."""
        from masklet.formats.coco import code_of
        from masklet.masks import rle

        masks = (rle.decode(code_of(node, self.size)) for node in self.segmentations)
        return layered(masks, self.size)


def annotation_file(folder: Path) -> Path | None:
    """The JSON file of a folder or its ``annotations/``. FormatError for several."""
    found = sorted([*folder.glob("*.json"), *(folder / "annotations").glob("*.json")])
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:4])
        raise FormatError(f"data: {folder} holds {len(found)} .json files ({names}); wanted one")
    return found[0] if found else None


def coco_photos(path: Path, folder: Path, group: str) -> tuple[CocoPhoto, ...]:
    """The pictures of a COCO JSON file, which lie beside it or in ``images/``.

    Pictures without annotations are left out, and so are annotations of crowds.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no COCO JSON, or a picture is missing; the message names the key.
    """
    from masklet.formats.checked import frame_size, read_json

    root = read_json(path)
    own: dict[int, list[Any]] = {}
    for annotation in root.key("annotations").items():
        crowd = annotation.maybe("iscrowd")
        if crowd is None or not crowd.value:
            image = annotation.key("image_id").integer()
            own.setdefault(image, []).append(annotation.key("segmentation"))
    photos = []
    for image in root.key("images").items():
        node = image.key("file_name")
        number = image.key("id").integer()
        if number in own:
            file = _found(folder, path, node.text(), node.way)
            size = frame_size(image, "height", "width")
            name = f"{group}/{Path(node.text()).stem}"
            segmentations = tuple(own.pop(number))
            photos.append(
                CocoPhoto(name=name, files=(file, path), size=size, segmentations=segmentations)
            )
    if own:
        raise FormatError(f"{path}: annotations of image {min(own)} came; no image has that id")
    return tuple(photos)


def _found(folder: Path, json_file: Path, name: str, way: str) -> Path:
    """Where a picture lies. Raises FormatError where it does not."""
    for base in (folder, json_file.parent):
        for place in PLACES:
            if (base / place / name).is_file():
                return base / place / name
    raise FormatError(f"{way}: {name} is not in {folder}, nor in its images/")
