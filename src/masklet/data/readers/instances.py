"""COCO and LVIS: photos whose instances stand in one JSON file, each a clip of one frame."""

from dataclasses import dataclass
from pathlib import Path

from masklet.data.readers.annotated import Truth
from masklet.data.readers.clip_set import CodedMasks
from masklet.data.readers.photos import PhotoItem
from masklet.errors import FormatError
from masklet.formats.checked import Node, frame_size, read_json
from masklet.formats.coco import code_of
from masklet.masks import rle
from masklet.media.pictures import read_picture
from masklet.values import Picture, Size


@dataclass(frozen=True, kw_only=True, eq=False)
class InstancePhoto:
    """A photo and its instances as nodes of the JSON file, which also says its size."""

    path: Path
    json: Path
    listed: Size
    segmentations: tuple[Node, ...]

    @property
    def name(self) -> str:
        """The file's."""
        return self.path.stem

    def size(self) -> Size:
        """As the JSON file says."""
        return self.listed

    def picture(self) -> Picture:
        """Raises MediaError, FormatError."""
        picture = read_picture(self.path)
        if picture.shape[:2] != self.listed:
            height, width = picture.shape[:2]
            raise FormatError(
                f"{self.path}: {width}x{height} came; wanted {self.listed.width}x"
                f"{self.listed.height}, as {self.json} says"
            )
        return picture

    def truth(self, size: Size) -> Truth:
        """Masks numbered from 1 in the order of the file. Raises FormatError."""
        codes = [code_of(node, size) for node in self.segmentations]
        kept = {label: code for label, code in enumerate(codes, start=1) if rle.area(code)}
        return Truth(size, CodedMasks(kept))


def coco(root: str | Path, *, split: str = "train2017") -> tuple[PhotoItem, ...]:
    """COCO: ``annotations/instances_<split>.json``, pictures in ``<split>/``.

    Crowds are left out, and photos without any instance.

    Raises:
        MediaError: the JSON file cannot be read.
        FormatError: it is not as it should be; the message names the key.
    """
    root = Path(root)
    return _photos(root / "annotations" / f"instances_{split}.json", root / split)


def lvis(root: str | Path, *, split: str = "train") -> tuple[PhotoItem, ...]:
    """LVIS v1: ``annotations/lvis_v1_<split>.json``, pictures as COCO has them.

    Where a picture lies says the end of its ``coco_url``, such as ``train2017/000000000009.jpg``.
    Raises as ``coco``.
    """
    root = Path(root)
    return _photos(root / "annotations" / f"lvis_v1_{split}.json", root)


def _photos(json: Path, pictures: Path) -> tuple[PhotoItem, ...]:
    root = read_json(json)
    instances = _instances(root)
    photos = []
    for image in root.key("images").items():
        found = instances.pop(image.key("id").integer(), None)
        if found is not None:
            size = frame_size(image, "height", "width")
            path = pictures / _place_of(image)
            photo = InstancePhoto(path=path, json=json, listed=size, segmentations=tuple(found))
            photos.append(PhotoItem(photo))
    if instances:
        raise FormatError(f"{json}: annotations of image {min(instances)} came; none has that id")
    if not photos:
        raise FormatError(f"{json}: no photo with an instance in it")
    return tuple(photos)


def _instances(root: Node) -> dict[int, list[Node]]:
    """The segmentations of every image by its id."""
    found: dict[int, list[Node]] = {}
    for annotation in root.key("annotations").items():
        crowd = annotation.maybe("iscrowd")
        if crowd is None or not crowd.integer():
            image = annotation.key("image_id").integer()
            found.setdefault(image, []).append(annotation.key("segmentation"))
    return found


def _place_of(image: Node) -> Path:
    """Where a picture lies below the folder of pictures."""
    name = image.maybe("file_name")
    if name is not None:
        return Path(name.text())
    return Path(*image.key("coco_url").text().rsplit("/", 2)[1:])
