"""Prompts as they are typed: what can be read comes back exactly, anything else is refused."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from masklet.cli.prompts import parse_coordinates, parse_mask, read_prompts
from masklet.errors import MediaError, PromptError

numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
names = st.one_of(
    st.integers(0, 10**6),
    st.text(st.characters(categories=["L"]), min_size=1, max_size=8),
)


def typed(*values: float) -> str:
    return ",".join(repr(value) for value in values)


@given(frame=st.integers(0, 10**6), name=names, x=numbers, y=numbers)
def test_a_click_comes_back_as_typed(frame: int, name: int | str, x: float, y: float) -> None:
    for text, wanted in (
        (typed(x, y), (None, None)),
        (f"{name}:{typed(x, y)}", (None, name)),
        (f"{frame}:{name}:{typed(x, y)}", (frame, name)),
    ):
        read = parse_coordinates("--point", text, 2)
        assert read.address == wanted
        assert read.numbers == (x, y)


@given(text=st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never another error, and the refusal shows the option and the text."""
    refusal = ""
    try:
        read = parse_coordinates("--box", text, 4)
    except PromptError as error:
        refusal = str(error)
    else:
        assert len(read.numbers) == 4
        assert np.isfinite(read.numbers).all()
    assert not refusal or (refusal.startswith("--box: ") and repr(text) in refusal)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("320", "wanted 2 numbers as x,y, got '320'"),
        ("320,200,1", "wanted 2 numbers"),
        ("320;200", "wanted 2 numbers"),
        ("nan,3", "finite"),
        ("3,inf", "finite"),
        ("dog:cat:3,4", "the frame is a whole number from 0, got 'dog'"),
        ("-1:cat:3,4", "the frame is a whole number from 0, got '-1'"),
        ("1.5:cat:3,4", "the frame is a whole number"),
        ("0:1:2:3,4", "wanted [[FRAME:]OBJECT:]x,y"),
        (":3,4", "wanted [[FRAME:]OBJECT:]x,y"),
        ("", "wanted 2 numbers"),
    ],
)
def test_a_refusal_says_what_was_wanted(text: str, said: str) -> None:
    with pytest.raises(PromptError, match=re.escape(said)):
        read_prompts(points=[text])


def test_prompts_come_together_by_object_and_frame() -> None:
    prompts = read_prompts(
        points=["5:cat:1,2", "3,4", "cat:5,6", "7,8"],
        negatives=["9,10"],
        boxes=["cat:0,0,5,5"],
    )
    said = [
        (frame, prompt.object, prompt.points, prompt.labels, prompt.box)
        for frame, prompt in prompts
    ]
    assert said == [
        (0, 1, [(3, 4), (7, 8), (9, 10)], [1, 1, 0], None),
        (0, "cat", [(5, 6)], [1], (0, 0, 5, 5)),
        (5, "cat", [(1, 2)], [1], None),
    ]


def test_boxes_need_objects_unless_they_are_numbered() -> None:
    boxes = ["0,0,5,5", "5,5,9,9"]
    with pytest.raises(PromptError, match="second box for the same object"):
        read_prompts(boxes=boxes)
    numbered = read_prompts(boxes=boxes, number_boxes=True)
    assert [prompt.object for _, prompt in numbered] == [1, 2]


@pytest.mark.parametrize(
    ("text", "frame", "name", "file"),
    [
        ("a.png", None, None, "a.png"),
        ("12:cat:a.png", 12, "cat", "a.png"),
        ("0:3:b/c:d.png", 0, 3, "b/c:d.png"),
        ("C:/masks/a.png", None, None, "C:/masks/a.png"),
    ],
)
def test_mask_files_keep_their_colons(
    text: str, frame: int | None, name: int | str | None, file: str
) -> None:
    read = parse_mask("--mask", text)
    assert read.address == (frame, name)
    assert read.path == Path(file)


def test_a_palette_mask_holds_several_objects(tmp_path: Path) -> None:
    labels = np.zeros((4, 6), np.uint8)
    labels[:2], labels[2:, 3:] = 2, 7
    picture = Image.new("P", (6, 4))
    picture.putpalette(list(range(256)) * 3)
    picture.frombytes(labels.tobytes())
    path = tmp_path / "masks.png"
    picture.save(path)
    prompts = read_prompts(masks=[str(path)])
    assert [(frame, prompt.object) for frame, prompt in prompts] == [(0, 2), (0, 7)]
    for _, prompt in prompts:
        assert prompt.mask is not None
        np.testing.assert_array_equal(prompt.mask, labels == prompt.object)
    (named,) = read_prompts(masks=[f"4:cat:{path}"])
    assert named.frame == 4
    np.testing.assert_array_equal(named.prompt.mask, labels > 0)


def test_a_grey_mask_is_one_object_and_an_empty_one_is_kept(tmp_path: Path) -> None:
    grey = np.array([[0, 90, 255], [0, 200, 255]], np.uint8)
    for name, array in (("grey", grey), ("empty", np.zeros_like(grey))):
        Image.fromarray(array).save(tmp_path / f"{name}.png")
    ((_, prompt),) = read_prompts(masks=[str(tmp_path / "grey.png")])
    np.testing.assert_array_equal(prompt.mask, grey > 128)
    ((_, prompt),) = read_prompts(masks=[str(tmp_path / "empty.png")])
    assert prompt.mask is not None
    assert not prompt.mask.any()


def test_a_mask_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    with pytest.raises(MediaError, match=r"cannot read .*notes\.png.*No such file"):
        read_prompts(masks=[str(path)])
    path.write_text("not a picture")
    with pytest.raises(MediaError, match=r"cannot read .*notes\.png.*not a picture"):
        read_prompts(masks=[str(path)])
