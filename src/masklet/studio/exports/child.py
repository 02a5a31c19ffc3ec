"""The child process that reads a file of masks: limited in time and memory, and in what it opens.

Run as ``python -m masklet.studio.exports.child FOLDER ASK``: it reads the file ``data`` in the
folder, and writes its masks as JSON lines, a frame each with every object, and a verdict.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from masklet.errors import FormatError, MaskletError
from masklet.formats.lines import LinesWriter
from masklet.formats.mattes import CUTOUT, MATTE
from masklet.formats.reader import VIDEOS, read_masks
from masklet.formats.track import MaskTrack, RleTrack, as_result
from masklet.studio.exports.arrived import DATA, LINES, Verdict
from masklet.studio.exports.packing import Bounds, unpack
from masklet.studio.settings import Limits
from masklet.studio.uploads.kinds import check_container
from masklet.values import Size

ZIPPED = frozenset({".png", ".txt", ".yaml", ".json", ".jsonl"})
RECORDS = (".credentials.json", "credentials.json")
MOST_OBJECTS = 1000
TAKEN = (
    ".json (COCO, SA-V, YouTube-VIS), .jsonl, a zip of label pictures, of cut-outs or of YOLO "
    "labels, or a video: masks.mkv, a cut-out with alpha, a black-and-white matte"
)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the child is told.

    Attributes:
        name: of the file, as the person knows it.
        height, width, frames: of the video that the masks are for.
        seconds, memory, written: limits.
    """

    name: str
    height: int
    width: int
    frames: int
    seconds: int
    memory: int
    written: int

    def text(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))


def read(folder: Path, ask: Ask) -> Verdict:
    """Reads the file and writes its masks.

    Raises:
        MaskletError: it cannot be used.
    """
    size = Size(ask.height, ask.width)
    track = _opened(folder, ask)
    check_fit(track, size, ask.frames)
    with LinesWriter(folder / LINES, size=size) as writer:
        for frame in track.frames:
            if isinstance(track, RleTrack):
                writer.add_line(track.line(frame))
            else:
                writer.add(as_result(track[frame]))
    return Verdict(note=_note(track, ask))


def check_fit(track: MaskTrack, size: Size, frames: int) -> None:
    """See that masks fit a video.

    Raises:
        FormatError: they are of another size or of frames that it does not have, or none.
    """
    if track.size != size:
        raise FormatError(
            f"its masks are {track.size.width}x{track.size.height}, the video is "
            f"{size.width}x{size.height}: make them from this very video"
        )
    if not track.frames or not track.objects:
        raise FormatError("it holds no masks")
    if len(track.objects) > MOST_OBJECTS:
        raise FormatError(
            f"it holds {len(track.objects)} objects; at most {MOST_OBJECTS} are taken"
        )
    if track.frames[-1] >= frames:
        raise FormatError(
            f"it has masks up to frame {track.frames[-1]}, and the video has frames 0 to "
            f"{frames - 1}: it belongs to a longer video, or its frames are numbered otherwise"
        )


def _opened(folder: Path, ask: Ask) -> MaskTrack:
    """The masks in the file, which gets an ending by which it can be read."""
    path = folder / DATA
    suffix = Path(ask.name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(64).lstrip()
    size = Size(ask.height, ask.width)
    if head.startswith(b"PK\x03\x04"):
        target = folder / "unpacked"
        target.mkdir()
        unpack(path, target, endings=ZIPPED, bounds=Bounds())
        return read_masks(_root_of(target), size=size)
    if suffix in (".json", ".jsonl"):
        return read_masks(path.rename(folder / f"masks{suffix}"))
    if suffix not in VIDEOS:
        raise FormatError(f"wanted {TAKEN}")
    check_container(path, Limits())
    return read_masks(path.rename(folder / f"masks{suffix}"))


def _root_of(folder: Path) -> Path:
    """The file or folder of masks in what was in a zip."""
    while True:
        files = [path for path in folder.iterdir() if not path.name.endswith(RECORDS)]
        single = files[0] if len(files) == 1 and files[0].is_dir() else None
        if single is None or single.name.isdecimal() or single.name == "labels":
            break
        folder = single
    found = [path for path in files if path.suffix in (".json", ".jsonl")]
    if len(found) > 1:
        raise FormatError(f"the zip holds {len(found)} JSON files; wanted one")
    if not files:
        raise FormatError(f"the zip holds nothing that can be read; wanted {TAKEN}")
    return found[0] if found else folder


def _note(track: MaskTrack, ask: Ask) -> str | None:
    """That a cut-out or matte is one object, and by what its frames were numbered."""
    if track.objects not in ((CUTOUT,), (MATTE,)):
        return None
    last = track.frames[-1]
    text = f"it is one object, on frames {track.frames[0]} to {last}"
    return text if last == ask.frames - 1 else f"{text} of 0 to {ask.frames - 1}"


def limit(ask: Ask) -> None:
    """Bound this process before it opens what came from elsewhere."""
    for what, value in (
        (resource.RLIMIT_AS, ask.memory),
        (resource.RLIMIT_CPU, ask.seconds),
        (resource.RLIMIT_FSIZE, ask.written),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def main() -> None:
    """Write the verdict, whatever it is."""
    folder, ask = Path(sys.argv[1]), Ask(**json.loads(sys.argv[2]))
    limit(ask)
    try:
        verdict = read(folder, ask)
    except MemoryError:
        verdict = Verdict(why="it needs more memory than this studio gives it")
    except (MaskletError, OSError, ValueError) as error:
        verdict = Verdict(why=_in_words(error, folder))
    verdict.write(folder)


def _in_words(error: Exception, folder: Path) -> str:
    """What is wrong, without names of files that the person does not know."""
    text = " ".join(str(error).split())
    for name in (f"{folder}/unpacked/", f"{folder}/"):
        text = text.replace(name, "")
    for suffix in (".jsonl", ".json", *sorted(VIDEOS)):
        text = text.replace(f"masks{suffix}: ", "").replace(f"masks{suffix}", "it")
    return text


if __name__ == "__main__":
    main()
