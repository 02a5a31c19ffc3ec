"""Methods as a word says them: small frozen values, from which any process makes the method."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from masklet.checkpoints.catalogue import BUNDLED, model_names
from masklet.checkpoints.open import present_path, read_contents
from masklet.errors import CheckpointError, MediaError, PromptError
from masklet.evaluate.methods.method import Method
from masklet.evaluate.report.page import About
from masklet.predict.model import Model, load

ENDINGS = (".pt", ".pth", ".safetensors")
BLOCK = 1 << 22
REFERENCE_SIDE = 1024


class Kind(StrEnum):
    """What answers; in words the part before the colon, where there is one."""

    MODEL = "model"
    COPY = "copy"
    FLOW = "flow"
    PICTURES = "pictures"
    MASKS = "masks"
    REFERENCE = "reference"


SAID = {
    Kind.MODEL: "masklet with {network}.",
    Kind.COPY: "The last prompted mask, unchanged.",
    Kind.FLOW: "The last prompted mask, moved from frame to frame by optical flow.",
    Kind.PICTURES: "{network} without its memory: each frame asked for the box of the last mask.",
    Kind.MASKS: "The masks in the folder {folder}.",
    Kind.REFERENCE: "The package sam2 1.1.0 with {network}.",
}


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Where networks run, and how precisely; None as for ``masklet.load``."""

    device: str | None = None
    dtype: str | None = None
    image_size: int | None = None


ANY = Hardware()


@dataclass(frozen=True, kw_only=True)
class Network:
    """Weights and what they run on.

    Attributes:
        model: its name; None takes what the checkpoint says.
        checkpoint: a file; None looks into the local store.
        hardware: device, number type and side of the square that the network sees.
    """

    model: str | None = None
    checkpoint: Path | None = None
    hardware: Hardware = ANY

    @property
    def path(self) -> Path:
        """Where the weights lie. Raises CheckpointError where they are not here."""
        return self.checkpoint or present_path(self.model or BUNDLED)

    @property
    def title(self) -> str:
        """The model's name and the file's, where they are given."""
        file = self.checkpoint and self.checkpoint.name
        return " from ".join(part for part in (self.model, file) if part)

    @property
    def side(self) -> int:
        """Side of the square that the network sees. Raises CheckpointError."""
        own = read_contents(self.path, self.model).config.image_size
        return self.hardware.image_size or own

    def load(self) -> Model:
        """The model, ready to use. Raises CheckpointError, MaskletError."""
        return load(
            self.model,
            checkpoint=self.checkpoint,
            device=self.hardware.device,
            dtype=self.hardware.dtype,
            image_size=self.hardware.image_size,
        )

    def settings(self) -> dict[str, Any]:
        """The weights' checksum and how they run. Raises CheckpointError."""
        return {
            "weights": checksum(self.path),
            "device": self.hardware.device,
            "dtype": self.hardware.dtype,
            "image size": self.hardware.image_size,
        }


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """A method as settings.

    Attributes:
        name: for reports and folders.
        kind: what answers.
        network: of a model; of other kinds what answers prompts in pictures, None for nothing.
        folder: where the masks lie, for ``Kind.MASKS``.
        union: whatever is not 0 in these masks is the one object.
    """

    name: str
    kind: Kind
    network: Network | None = None
    folder: Path | None = None
    union: bool = False

    def settings(self) -> dict[str, Any]:
        """Whatever its answers depend on, as JSON holds it. Raises CheckpointError, MediaError."""
        network = {} if self.network is None else self.network.settings()
        folder = {}
        if self.folder is not None:
            folder = {"masks": listing(self.folder), "union": self.union}
        return {"method": self.kind.value, **network, **folder}

    def about(self) -> About:
        """The method for people. Raises CheckpointError."""
        said = SAID[self.kind].format(
            network=self.network and self.network.title, folder=self.folder and self.folder.name
        )
        if self.network is None:
            return About(self.name, said)
        if self.kind in (Kind.COPY, Kind.FLOW):
            said += f" {self.network.title} answers clicks and boxes."
        side = REFERENCE_SIDE if self.kind is Kind.REFERENCE else self.network.side
        return About(self.name, said, checksum(self.network.path), side)

    def make(self) -> Method:
        """The method itself. Raises CheckpointError, MediaError, MaskletError."""
        match self.kind:
            case Kind.MODEL:
                from masklet.evaluate.methods.ours import ModelMethod

                return ModelMethod(self.name, self._network.load())
            case Kind.COPY:
                from masklet.evaluate.methods.baselines import CopyMethod

                return CopyMethod(self.name, self._pictures())
            case Kind.FLOW:
                from masklet.evaluate.methods.baselines import FlowMethod

                return FlowMethod(self.name, self._pictures())
            case Kind.PICTURES:
                from masklet.evaluate.methods.baselines import PictureMethod

                return PictureMethod(self.name, self._network.load())
            case Kind.MASKS:
                from masklet.evaluate.methods.answers import MasksMethod

                assert self.folder is not None
                return MasksMethod(self.name, self.folder, binary=self.union)
            case Kind.REFERENCE:
                return self._reference()

    def _reference(self) -> Method:
        from masklet.evaluate.methods.reference import ReferenceMethod

        network = self._network
        assert network.model is not None
        return ReferenceMethod(
            self.name,
            network.model,
            network.path,
            network.hardware.image_size or REFERENCE_SIDE,
            device=network.hardware.device,
            dtype=network.hardware.dtype or "float32",
        )

    @property
    def _network(self) -> Network:
        assert self.network is not None
        return self.network

    def _pictures(self) -> Model | None:
        return None if self.network is None else self.network.load()


def method_spec(word: str, hardware: Hardware = ANY, *, union: bool = False) -> MethodSpec:
    """A method from ``[NAME=]WHAT[@SIZE]``.

    ``WHAT`` is the name of a model, a weights file, both as ``MODEL:FILE``; ``pictures[:MODEL]``,
    ``copy[:MODEL]``, ``flow[:MODEL]``, where the model answers clicks and boxes in pictures;
    ``masks:FOLDER``; ``reference:MODEL``, the reference package. ``SIZE`` is the side of the
    square that the network sees.

    Args:
        word: as above.
        hardware: of all networks.
        union: all objects of a video are one.

    Raises:
        PromptError: a word that says none of these.
    """
    given, what = _split_name(word)
    what, size = _split_size(word, what)
    if size:
        hardware = replace(hardware, image_size=int(size))
    if not what:
        raise PromptError(
            f"method {word!r} names nothing; wanted one of {', '.join(model_names())}"
        )
    kind, _, rest = what.partition(":")
    if kind not in set(Kind) - {Kind.MODEL}:
        network = network_of(word, what, hardware)
        return MethodSpec(name=given or _short(word), kind=Kind.MODEL, network=network)
    if kind == Kind.MASKS:
        if not rest:
            raise PromptError(f"method {word!r}: wanted masks:FOLDER")
        folder = Path(rest)
        name = given or folder.resolve().name
        return MethodSpec(name=name, kind=Kind.MASKS, folder=folder, union=union)
    if kind == Kind.REFERENCE and rest.partition(":")[0] not in model_names():
        raise PromptError(f"method {word!r}: wanted reference:MODEL or reference:MODEL:FILE")
    network = network_of(word, rest, hardware) if rest or kind not in ("copy", "flow") else None
    return MethodSpec(name=given or _short(word), kind=Kind(kind), network=network)


def network_of(word: str, what: str, hardware: Hardware) -> Network:
    """Weights from a model's name, a file or ``MODEL:FILE``; the bundled ones from nothing.

    Raises:
        PromptError: none of these.
    """
    model, _, file = what.partition(":")
    if model in model_names():
        return Network(model=model, checkpoint=Path(file) if file else None, hardware=hardware)
    if what.endswith(ENDINGS):
        return Network(checkpoint=Path(what), hardware=hardware)
    if not what:
        return Network(model=BUNDLED, hardware=hardware)
    kinds = "copy, flow, pictures, masks:FOLDER, reference:MODEL"
    raise PromptError(
        f"method {word!r}: wanted a weights file ({', '.join(ENDINGS)}), {kinds}, or one of "
        f"{', '.join(model_names())}"
    )


def checksum(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits. Raises CheckpointError where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def listing(folder: Path) -> str:
    """A folder's files with sizes and times, told by a checksum.

    Raises:
        MediaError: there is no such folder.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder} is no folder; wanted one of masks")
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            status = path.stat()
            said = f"{path.relative_to(folder)} {status.st_size} {status.st_mtime_ns}\n"
            digest.update(said.encode())
    return digest.hexdigest()


class _Halves(NamedTuple):
    before: str
    after: str


def _split_name(word: str) -> _Halves:
    name, equals, what = word.partition("=")
    return _Halves(name, what) if equals and not {"/", ":"} & set(name) else _Halves("", word)


def _split_size(word: str, what: str) -> _Halves:
    before, at, after = what.rpartition("@")
    if not at or {"/", "."} & set(after):
        return _Halves(what, "")
    if not after.isdecimal():
        raise PromptError(f"method {word!r}: wanted a size in pixels after @, got {after!r}")
    if int(after) == 0:
        raise PromptError(f"method {word!r}: wanted a size above 0 after @")
    return _Halves(before, after)


def _short(word: str) -> str:
    """A word without the folders of a path in it."""
    return word.rpartition("/")[2]
