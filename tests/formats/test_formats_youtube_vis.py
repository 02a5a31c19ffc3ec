"""YouTube-VIS JSON has the data set's keys, and other people's is read."""

import json
from pathlib import Path

import numpy as np
import pytest
from made_results import SIZE, clip, result_of

from masklet.errors import FormatError
from masklet.formats.reader import read_masks
from masklet.formats.youtube_vis import YouTubeVisWriter
from masklet.values import Size


def test_youtube_vis_has_the_keys_of_the_data_set(tmp_path: Path) -> None:
    with YouTubeVisWriter(tmp_path / "dog.vis.json", size=SIZE) as writer:
        for frame in [result_of(4), clip(3)[2]]:
            writer.add(frame)
    record = json.loads((tmp_path / "dog.vis.json").read_text())
    video = record["videos"][0]
    assert (video["id"], video["length"], video["height"], video["width"]) == (1, 5, *SIZE)
    assert video["file_names"][4] == "dog/00004.jpg"
    assert video["frames"] == [2, 4]
    cat, seven = record["annotations"]
    assert (cat["object"], seven["object"], cat["video_id"], cat["id"]) == ("cat", 7, 1, 1)
    assert [mask is None for mask in cat["segmentations"]] == [True, True, True, True, False]
    assert [mask is None for mask in seven["segmentations"]] == [True, True, False, True, False]
    for key in ("areas", "bboxes"):
        assert [value is None for value in cat[key]] == [True, True, True, True, False]
    ys, xs = np.nonzero(result_of(4).mask("cat"))
    x, y, width, height = cat["bboxes"][4]
    assert (x, y, x + width, y + height) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    assert (cat["areas"][4], cat["score"]) == (len(xs), 0.5)


def test_other_peoples_youtube_vis_is_read(tmp_path: Path) -> None:
    """Every fifth frame by the names of the files, plain run lengths, no ids but numbers."""
    runs = {"size": [6, 8], "counts": [6, 3, 39]}
    video = {"id": 9, "height": 6, "width": 8, "length": 3}
    names = [f"clip/{number:05d}.jpg" for number in (0, 5, 10)]
    annotation = {"id": 33, "video_id": 9, "category_id": 4, "segmentations": [None, runs, runs]}
    path = tmp_path / "their.json"
    record = {"videos": [{**video, "file_names": names}], "annotations": [annotation]}
    path.write_text(json.dumps(record))
    track = read_masks(path)
    assert (track.frames, track.objects, track.size) == ((0, 5, 10), (33,), Size(6, 8))
    assert track[5].mask(33).sum() == 3
    assert not track[0].masks.any()


def test_broken_youtube_vis_names_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "a.vis.json"
    with YouTubeVisWriter(path, size=SIZE) as writer:
        for frame in clip(3):
            writer.add(frame)
    whole = path.read_text()
    breaks = {
        "videos: 2 came; wanted one": lambda record: record["videos"].append({}),
        "videos[0]: the key 'height' is missing": lambda record: record["videos"][0].pop("height"),
        "videos[0].file_names[1]: 3 came; wanted text": lambda record: record["videos"][0][
            "file_names"
        ].__setitem__(1, 3),
        "annotations[0].segmentations: 2 masks came for 3 frames": lambda record: record[
            "annotations"
        ][0]["segmentations"].pop(),
        "annotations[1].segmentations[0].counts": lambda record: record["annotations"][1][
            "segmentations"
        ][0].update(counts="zz"),
        "videos[0].frames[0]: -1 came; wanted a frame number": lambda record: record["videos"][0][
            "frames"
        ].__setitem__(0, -1),
        "annotations[0].score: Infinity came; wanted a finite": lambda record: record[
            "annotations"
        ][0].update(score=float("inf")),
    }
    for message, spoil in breaks.items():
        record = json.loads(whole)
        spoil(record)
        path.write_text(json.dumps(record))
        with pytest.raises(FormatError) as raised:
            read_masks(path)
        assert f"{path}: {message}" in str(raised.value)
