"""Rendered outputs: every ending, transparency, trails over time, and what is refused."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from made_results import SIZE, clip, picture_of
from PIL import Image

from masklet.draw.effects import Effect, Scene, Seen, apply, usual
from masklet.errors import EffectError, FormatError, MediaError
from masklet.formats.provenance import Origin, check_provenance
from masklet.formats.rendered import EffectsWriter, Past
from masklet.media.planes import PlaneFile
from masklet.media.sources import open_source

CUT = (usual("cut-out"), Effect("outline", strength=1.0, colour="#ff0000"))
DIM = (Effect("spotlight", strength=1.0),)


def render(path: Path, effects: tuple[Effect, ...], origin: Origin | None = None) -> None:
    """Six frames."""
    with EffectsWriter(path, effects=effects, size=SIZE, fps=10.0, origin=origin) as writer:
        for result in clip():
            writer.add(result, picture_of(result.index))


@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out.webm", "pictures"])
def test_every_output_has_all_frames(tmp_path: Path, name: str) -> None:
    render(tmp_path / name, DIM)
    with closing(open_source(tmp_path / name)) as source:
        assert len(source) == 6
        for result in clip():
            shown = source[result.index].astype(int)
            inside = np.logical_or.reduce(result.masks, axis=0)
            assert shown[0, 0].max() <= 6
            assert abs(int(np.median(shown[inside])) - int(picture_of(result.index)[0, 0, 0])) < 6
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["out.mov", "out.webm"])
def test_what_is_cut_out_is_transparent_in_videos(tmp_path: Path, name: str) -> None:
    render(tmp_path / name, CUT)
    planes = PlaneFile(tmp_path / name, alpha=True)
    assert len(planes) == 6
    for result in clip():
        alpha = planes[result.index]
        inside = np.logical_or.reduce(result.masks, axis=0)
        assert alpha[inside].min() > 220
        assert alpha[30:, 45:].max() < 10


def test_pictures_are_what_the_effects_draw(tmp_path: Path) -> None:
    render(tmp_path / "pictures", CUT)
    for result in clip():
        drawn = apply(CUT, picture_of(0), result.masks, scene=Scene(objects=result.objects))
        with Image.open(tmp_path / "pictures" / f"{result.index:05d}.png") as picture:
            np.testing.assert_array_equal(np.asarray(picture)[..., 3], drawn[..., 3])


def test_trails_remember_as_many_frames_as_they_are_long(tmp_path: Path) -> None:
    effects = (Effect("trails", strength=2 / 24, colour="#ffffff"),)
    render(tmp_path / "pictures", effects)
    seen = {result.index: result for result in clip()}
    with closing(open_source(tmp_path / "pictures")) as source:
        for index in (0, 1, 5):
            changed = (source[index] != picture_of(index)).any(axis=2)
            before = [seen[at].masks.any(axis=0) for at in range(max(index - 2, 0), index)]
            left = np.logical_or.reduce([*before, np.zeros(SIZE, bool)], axis=0)
            left &= ~np.logical_or.reduce(seen[index].masks, axis=0)
            assert (changed & left).sum() >= 0.9 * left.sum()
            assert changed.any() == (index > 0)
    past = Past(effects)
    for result in clip():
        past.keep(result.index, Seen(result.objects, result.masks))
    assert [index for index in range(6) if past.get(index) is not None] == [4, 5]
    kept = past.get(5)
    assert kept is not None
    np.testing.assert_array_equal(kept.masks, seen[5].masks)


def test_an_interruption_leaves_valid_files(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(b"as if it were a video")

    def stop() -> None:
        origin = Origin(name="clip.mp4", path=source)
        with EffectsWriter(
            tmp_path / "out.mp4", effects=DIM, size=SIZE, fps=10.0, origin=origin
        ) as writer:
            for result in clip():
                writer.add(result, picture_of(result.index))
                if result.index == 2:
                    raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    with closing(open_source(tmp_path / "out.mp4")) as rendered:
        assert len(rendered) == 3
    assert check_provenance(tmp_path / "out.mp4", source=source).problems == ()


def test_what_cannot_be_rendered_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"out\.mp4 came; an mp4 has no transparency"):
        EffectsWriter(tmp_path / "out.mp4", effects=CUT, size=SIZE)
    with pytest.raises(FormatError, match=r"out\.gif came; wanted a name that ends in \.mp4"):
        EffectsWriter(tmp_path / "out.gif", effects=DIM, size=SIZE)
    behind = (Effect("replace-background", picture="sea"),)
    with pytest.raises(EffectError, match="'sea' is not at hand"):
        EffectsWriter(tmp_path / "out.mp4", effects=behind, size=SIZE)
    writer = EffectsWriter(tmp_path / "out.mp4", effects=DIM, size=SIZE)
    with pytest.raises(MediaError, match="none came with frame 0"):
        writer.add(clip()[0])
    with pytest.raises(MediaError, match=r"\[2, 2, 3\] came with frame 0; wanted \[36, 52\]"):
        writer.add(clip()[0], np.zeros((2, 2, 3), np.uint8))
    writer.close()
    assert list(tmp_path.iterdir()) == []
