"""Contact sheets have even margins; cut-outs keep what is inside and hide the rest."""

import numpy as np
import pytest

from masklet.draw.contact_sheet import contact_sheet
from masklet.draw.cutout import cutout
from masklet.draw.text import shortened, text_mask
from masklet.errors import MediaError


def test_a_sheet_has_even_margins_and_all_pictures() -> None:
    greys = (100, 140, 180, 220, 250)
    pictures = [np.full((90, 160, 3), grey, np.uint8) for grey in greys]
    sheet = contact_sheet(pictures, columns=3, width=800)
    assert sheet.shape[1] == 800
    ground = sheet[0, 0]
    bright = (sheet.astype(int).min(axis=2) > 90) & (sheet != ground).any(axis=2)
    columns = np.flatnonzero(np.diff(bright[60].astype(int)))
    gap = int(columns[0]) + 1
    assert [int(side) for side in np.diff(columns)[1::2]] == [gap, gap]
    assert 800 - 1 - int(columns[-1]) == gap
    rows = np.flatnonzero(np.diff(bright[:, 60].astype(int)))
    assert int(rows[0]) + 1 == gap
    assert sheet.shape[0] - 1 - int(rows[-1]) == gap
    seen = {int(value) for value in np.unique(sheet[..., 0])}
    assert set(greys) <= seen


def test_captions_are_written_below_and_mixed_sizes_fit() -> None:
    pictures = [np.full((40, 80, 3), 200, np.uint8), np.full((120, 60, 3), 200, np.uint8)]
    captions = ["frame 0 · 0.00 s", "a caption that is far too long for its column " * 9]
    bare = contact_sheet(pictures, columns=2, width=400)
    sheet = contact_sheet(pictures, captions, columns=2, width=400)
    assert sheet.shape[0] > bare.shape[0]
    strip = sheet[bare.shape[0] - 5 : -5, 200:-5]
    assert (strip != sheet[0, 0]).any()
    assert (sheet[:, -5:] == sheet[0, 0]).all()
    alone = contact_sheet(pictures[:1], columns=4, width=300)
    assert (alone[alone.shape[0] // 2] == 200).all(axis=1).sum() > 280


def test_sheets_that_cannot_be_made() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(MediaError, match="pictures: none"):
        contact_sheet([])
    with pytest.raises(MediaError, match="captions: 2 came for 1"):
        contact_sheet([picture], ["a", "b"])
    with pytest.raises(MediaError, match="too narrow for 8 columns"):
        contact_sheet([picture] * 8, columns=8, width=200)


def test_text_is_shortened_to_fit() -> None:
    assert shortened("short", 12, 200) == "short"
    cut = shortened("a very long line " * 10, 12, 100)
    assert cut.endswith("…")
    assert text_mask(cut, 12).shape[1] <= 101
    assert text_mask("frame 12", 24).max() == 255


def test_cutout_hides_what_is_outside() -> None:
    picture = np.random.default_rng(0).integers(1, 255, (40, 40, 3), np.uint8)
    mask = np.zeros((40, 40), bool)
    mask[10:20, 10:20] = True
    cut = cutout(picture, mask)
    np.testing.assert_array_equal(cut[..., 3], np.where(mask, 255, 0))
    np.testing.assert_array_equal(cut[mask][:, :3], picture[mask])
    np.testing.assert_array_equal(cut[8:22, 8:22, :3], picture[8:22, 8:22])
    far = np.ones((40, 40), bool)
    far[8:22, 8:22] = False
    assert (cut[far] == 0).all()
    with pytest.raises(MediaError, match="mask"):
        cutout(picture, mask[:5])
