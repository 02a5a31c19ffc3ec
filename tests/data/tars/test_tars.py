"""Clips in tar files: written, read by number, streamed whole and in order, on from anywhere."""

import io
import itertools
import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from masklet.data.mixing.spec import SetSpec
from masklet.data.pack import main as pack_main
from masklet.data.readers.clip_set import Clip
from masklet.data.readers.kinds import open_set
from masklet.data.tars.samples import Sample, clip_of, key_of
from masklet.data.tars.stream import StreamState, TarStream, decoded, read_samples
from masklet.data.tars.write import write_tars
from masklet.errors import FormatError, MediaError
from tests.data.readers.test_readers_photos import ALL, LEFT, make_sa1b
from tests.data.readers.test_readers_videos import make_sav, make_video


@pytest.fixture
def written(tmp_path: Path) -> list[Path]:
    """Ten photos, two videos of SA-V and two of DAVIS, in several files."""
    for number in range(10):
        make_sa1b(tmp_path / "sa1b", number, [LEFT, ALL][: 1 + number % 2])
    for name in ("sav_1", "sav_2"):
        make_sav(tmp_path / "sav", name)
    for name in ("bear", "dog.1"):
        make_video(tmp_path / "davis", name, below="480p")
    specs = [SetSpec(kind=kind, path=tmp_path / kind) for kind in ("sa1b", "sav", "davis")]
    return write_tars({"train": specs}, tmp_path / "tars", shard_bytes=12_000)


def same_masks(once: Clip, again: Clip) -> bool:
    """Of every frame and object."""
    pairs = zip(once.truths, again.truths, strict=True)
    return all(
        list(a.masks) == list(b.masks)
        and all(np.array_equal(a.mask(k), b.mask(k)) for k in a.masks)
        for a, b in pairs
    )


def test_what_is_written_is_read_again(written: list[Path], tmp_path: Path) -> None:
    """Names, frames and masks exactly, pictures but for their compression; sizes are kept."""
    assert len(written) > 3
    assert all(path.stat().st_size < 24_000 for path in written)
    found = open_set("tars", tmp_path / "tars")
    assert len(found) == 14
    for kind, start in (("sa1b", 0), ("sav", 10), ("davis", 12)):
        original = open_set(kind, tmp_path / kind)
        for index in range(len(original)):
            frames = original.annotated(index)
            assert list(found.annotated(start + index)) == list(frames)
            assert found.size(start + index) == original.size(index)
            wanted = original.read(index, list(frames)[::-1])
            clip = found.read(start + index, list(frames)[::-1])
            assert (clip.name, clip.frames) == (wanted.name, wanted.frames)
            assert same_masks(clip, wanted)
            for picture, other in zip(clip.pictures, wanted.pictures, strict=True):
                assert np.abs(picture.astype(int) - other).mean() < 4


def test_the_same_clips_are_the_same_bytes(written: list[Path], tmp_path: Path) -> None:
    """And a folder in use is refused."""
    specs = [SetSpec(kind=kind, path=tmp_path / kind) for kind in ("sa1b", "sav", "davis")]
    again = write_tars({"train": specs}, tmp_path / "again", shard_bytes=12_000)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    with pytest.raises(FormatError, match="holds tar files already"):
        write_tars({"train": specs}, tmp_path / "tars")


def test_tars_of_sa1b_are_read(tmp_path: Path) -> None:
    """As they are distributed: ./sa_1.jpg with ./sa_1.json."""
    make_sa1b(tmp_path, 1, [LEFT, ALL])
    with tarfile.open(tmp_path / "sa_000000.tar", "w") as tar:
        for name in ("sa_1.jpg", "sa_1.json"):
            tar.add(tmp_path / name, arcname=f"./{name}")
    found = open_set("tars", tmp_path / "sa_000000.tar")
    assert found.name(0) == "sa_1"
    clip = found.read(0, [0])
    assert same_masks(clip, open_set("sa1b", tmp_path).read(0, [0]))
    (streamed,) = read_samples(str(tmp_path / "sa_000000.tar"))
    assert same_masks(clip_of(streamed), clip)


def epoch_of(stream: TarStream) -> list[str]:
    """The names of one epoch, the next one's first sample left out."""
    names = []
    epoch = stream.state.epoch
    for sample in stream:
        if stream.state.epoch != epoch:
            break
        names.append(sample.name)
    return names


@pytest.mark.parametrize("buffer", [1, 4, 100])
def test_an_epoch_has_every_sample_once(written: list[Path], buffer: int) -> None:
    """In an order of its own."""
    every = sorted(sample.name for path in written for sample in read_samples(str(path)))
    first = epoch_of(TarStream(written, seed=1, buffer=buffer))
    stream = TarStream(written, seed=1, buffer=buffer)
    stream.state = StreamState(1, 0)
    second = epoch_of(stream)
    assert sorted(first) == sorted(second) == every
    assert first != second
    assert first != every


def test_processes_share_the_files(written: list[Path]) -> None:
    """Together they see every sample once."""
    parts = [epoch_of(TarStream(written, seed=2, rank=rank, world=3)) for rank in range(3)]
    every = [sample.name for path in written for sample in read_samples(str(path))]
    assert Counter(itertools.chain(*parts)) == Counter(every)
    assert all(parts)
    with pytest.raises(FormatError, match="files: 1 came; wanted one for each of 3"):
        TarStream(written[:1], rank=0, world=3)


def test_a_stream_goes_on_exactly_where_it_was(written: list[Path]) -> None:
    """From any place, also in a later epoch, and also with clips decoded ahead."""
    straight = TarStream(written, seed=3, buffer=5)
    row, states = [], [straight.state]
    for sample in itertools.islice(straight, 40):
        row.append(sample.name)
        states.append(straight.state)
    for start in (0, 1, 13, 14, 15, 33):
        resumed = TarStream(written, seed=3, buffer=5)
        resumed.state = states[start]
        assert [each.name for each in itertools.islice(resumed, 5)] == row[start : start + 5]
    ahead = TarStream(written, seed=3, buffer=5)
    *_, (clip, state) = itertools.islice(decoded(ahead), 9)
    assert state == states[9]
    assert clip.name == clip_of(next(s for s in TarStream(written) if s.name == row[8])).name


class Pipe(io.BytesIO):
    """A file that can only be read on, as from a network."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError("a pipe")

    def tell(self) -> int:
        raise OSError("a pipe")


def test_addresses_are_opened_as_one_likes(written: list[Path]) -> None:
    """Nothing is sought in what is streamed."""
    held = {f"far://{path.name}": path.read_bytes() for path in written}

    def fetch(address: str) -> Pipe:
        return Pipe(held[address])

    far = TarStream(list(held), seed=4, open=fetch)
    near = TarStream(written, seed=4)
    assert epoch_of(far) == epoch_of(near)


def test_broken_tars_are_named(written: list[Path], tmp_path: Path) -> None:
    """Cut short, no tar, not there, without samples, by number and streamed."""
    whole = written[0].read_bytes()
    broken = tmp_path / "broken"
    broken.mkdir()
    damaged = whole[:1024] + b"?" * 512 + whole[1536:]
    cuts = [whole[: len(whole.rstrip(b"\0")) * part // 8] for part in range(1, 9)]
    for content in (b"", b"no tar file at all" * 99, damaged, whole[:1536], *cuts):
        (broken / "x.tar").write_bytes(content)
        with pytest.raises(FormatError, match=r"x\.tar: .*cut short"):
            open_set("tars", broken)
        with pytest.raises(FormatError, match=r"x\.tar: .*cut short"):
            epoch_of(TarStream([broken / "x.tar"]))
    with pytest.raises(MediaError, match=r"none\.tar cannot be read"):
        epoch_of(TarStream([tmp_path / "none.tar"]))
    with tarfile.open(broken / "x.tar", "w"):
        pass
    with pytest.raises(FormatError, match="no clips in it"):
        open_set("tars", broken)
    with pytest.raises(FormatError, match="no samples in it"):
        epoch_of(TarStream([broken / "x.tar"]))
    with tarfile.open(broken / "x.tar", "w") as tar:
        tar.add(tmp_path / "sa1b/sa_1.jpg", arcname="lonely.jpg")
    with pytest.raises(FormatError, match=r"x\.tar: lonely: wanted \.json and pictures"):
        open_set("tars", broken)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"json": b"{"}, r"t\.tar: v\.json: no JSON"),
        ({"json": b"\xff"}, r"t\.tar: v\.json: no text"),
        ({"00000.jpg": b"x"}, r"t\.tar: v\.00000\.jpg is not an image"),
        ({"masks": {}}, r"t\.tar: v\.json\.masks: the key '0' is missing"),
        ({"masks": {"0": {"1": "zz"}}}, r"t\.tar: v\.json\.masks\.0\.1\.counts"),
        ({"size": [3, 4]}, r"t\.tar: v\.json: size: \(3, 4\) came; wanted \(12, 16\)"),
    ],
)
def test_a_broken_sample_is_named(written: list[Path], change: dict, said: str) -> None:
    """With its tar file and the file in it."""
    sample = next(read_samples(str(written[0])))
    about = json.loads(sample.files["json"])
    files = dict(sample.files)
    for key, value in change.items():
        if isinstance(value, bytes):
            files[key] = value
        else:
            files["json"] = json.dumps(about | {key: value}).encode()
    with pytest.raises((FormatError, MediaError), match=said):
        clip_of(Sample("t.tar: v", files))


def test_names_end_at_the_first_dot() -> None:
    """Of the file, not of its folder."""
    assert key_of("./a.b/c.00001.jpg") == ("a.b/c", "00001.jpg")
    assert key_of("sa_1.json") == ("sa_1", "json")


def test_the_command_writes_tars(
    written: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a mix can be read from them."""
    assert written
    out = tmp_path / "new"
    words = [str(out), "--tars", "--from", f"davis={tmp_path / 'davis'}"]
    monkeypatch.setattr("sys.argv", ["pack", *words])
    pack_main()
    assert [path.name for path in out.iterdir()] == ["train-00000.tar"]
    assert len(open_set("tars", out)) == 2
