"""COCO JSON for video: an image a frame, an annotation a mask, joined over time by track ids."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from masklet.errors import FormatError
from masklet.formats.checked import Node, frame_size, read_json
from masklet.formats.lines import SpooledWriter
from masklet.formats.track import RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.picture_folder import natural_key
from masklet.values import ObjectId, Size


class CocoWriter(SpooledWriter):
    """Writes ``images``, ``annotations`` and ``categories``.

    An image's id is its frame number and one; its ``frame_index`` is the frame number. An
    annotation has the usual keys with ``segmentation`` as compressed run lengths, and also
    ``score`` (predicted IoU), ``track_id`` (objects numbered from 1) and ``object`` (the id as
    it was given). Empty masks have no annotation; ``objects`` lists every object all the same.
    """

    def _finish(self) -> None:
        self._write_target(self._pieces())

    def _pieces(self) -> Iterator[str]:
        yield '{"info":{"description":"masklet"},\n"images":[\n'
        height, width = self._size
        for number, index in enumerate(self._frames):
            image = {
                "id": index + 1,
                "file_name": f"{index:05d}.jpg",
                "height": height,
                "width": width,
                "frame_index": index,
            }
            yield (",\n" if number else "") + json.dumps(image)
        yield '\n],\n"annotations":[\n'
        for number, annotation in enumerate(self._annotations()):
            yield (",\n" if number else "") + json.dumps({"id": number + 1, **annotation})
        ids = enumerate(self._numbers.ids, start=1)
        objects = [{"track_id": number, "object": key} for number, key in ids]
        about = {"categories": [{"id": 1, "name": "object"}], "objects": objects}
        yield "\n],\n" + json.dumps(about)[1:] + "\n"

    def _annotations(self) -> Iterator[dict[str, object]]:
        """The masks that are not empty, frame by frame."""
        numbers = {key: number for number, key in enumerate(self._numbers.ids, start=1)}
        for line in self._lines():
            for key, code, score in zip(line.objects, line.codes, line.scores, strict=True):
                area = rle.area(code)
                if area == 0:
                    continue
                x0, y0, x1, y1 = rle.box(code)
                yield {
                    "image_id": line.index + 1,
                    "category_id": 1,
                    "track_id": numbers[key],
                    "object": key,
                    "segmentation": rle.as_coco(code),
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "area": area,
                    "iscrowd": 0,
                    "score": score,
                }


def read_coco(path: str | Path) -> RleTrack:
    """Reads COCO JSON, this package's own or another's, as one clip.

    Frames are numbered by ``frame_index``, and without it in the natural order of the files'
    names. Objects are told apart by ``object``, ``track_id`` or ``instance_id``; an annotation
    with none of them is an object of its own. Segmentations may be compressed or plain run
    lengths or polygons.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no COCO JSON; the message names the key.
    """
    root = read_json(path)
    images = {image.key("id").integer(): image for image in root.key("images").items()}
    if not images:
        raise FormatError(f"{path}: images: an empty list came; wanted at least one")
    frames = _frames_of(images)
    sizes = {frame_size(image, "height", "width") for image in images.values()}
    if len(sizes) > 1:
        raise FormatError(f"{path}: images: sizes {sorted(sizes)} came; wanted one for all")
    size = sizes.pop()
    codes: dict[int, dict[ObjectId, Rle]] = {frame: {} for frame in frames.values()}
    scores: dict[int, dict[ObjectId, float]] = {frame: {} for frame in frames.values()}
    objects = _listed_objects(root)
    for annotation in root.key("annotations").items():
        image = annotation.key("image_id")
        if image.integer() not in frames:
            raise FormatError(f"{image.way}: {image.value} came; no image has that id")
        key = _object_of(annotation)
        objects[key] = None
        frame = frames[image.integer()]
        codes[frame][key] = code_of(annotation.key("segmentation"), size)
        score = annotation.maybe("score")
        if score is not None and score.value is not None:
            scores[frame][key] = score.number()
    return RleTrack(size, tuple(objects), codes, scores)


def _frames_of(images: Mapping[int, Node]) -> dict[int, int]:
    """Frame numbers by image ids."""
    numbered = {key: image.maybe("frame_index") for key, image in images.items()}
    if all(node is not None for node in numbered.values()):
        return {key: node.frame() for key, node in numbered.items() if node is not None}
    names = {key: natural_key(image.key("file_name").text()) for key, image in images.items()}
    return {key: frame for frame, key in enumerate(sorted(names, key=lambda key: names[key]))}


def _listed_objects(root: Node) -> dict[ObjectId, None]:
    listed = root.maybe("objects")
    return (
        dict.fromkeys(item.key("object").object_id() for item in listed.items()) if listed else {}
    )


def _object_of(annotation: Node) -> ObjectId:
    """The id that joins an object's annotations."""
    for name in ("object", "track_id", "instance_id"):
        found = annotation.maybe(name)
        if found is not None:
            return found.object_id()
    return f"annotation {annotation.key('id').integer()}"


def code_of(segmentation: Node, size: Size) -> Rle:
    """The run-length code of any of COCO's three kinds of segmentation."""
    if isinstance(segmentation.value, list):
        return _code_of_polygons(segmentation, size)
    if isinstance(segmentation.key("counts").value, str):
        return segmentation.rle(size)
    runs = [run.integer() for run in segmentation.key("counts").items()]
    if min(runs, default=0) < 0 or sum(runs) != size.height * size.width:
        raise FormatError(f"{segmentation.way}.counts: the runs do not fill {tuple(size)}")
    return rle.encode(rle.mask_of_runs(np.array(runs, dtype=np.int64), size))


def _code_of_polygons(segmentation: Node, size: Size) -> Rle:
    polygons = []
    for part in segmentation.items():
        places = [item.value for item in part.items()]
        numbers = [float(place) for place in places if isinstance(place, (int, float))]
        if len(numbers) != len(places) or len(numbers) < 6 or len(numbers) % 2:
            raise FormatError(f"{part.way}: wanted x and y in turn, of three points or more")
        polygons.append(numbers)
    if not polygons or not np.isfinite(np.concatenate(polygons)).all():
        raise FormatError(f"{segmentation.way}: wanted at least one polygon of finite numbers")
    merged = coco.merge(coco.frPyObjects(polygons, size.height, size.width))
    return rle.from_coco(merged)
