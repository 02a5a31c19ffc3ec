"""Weights files read and written: ``.pt``, safetensors, and our own with its config inside."""

import json
import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from masklet.checkpoints.config_json import from_json, to_json
from masklet.errors import CheckpointError
from masklet.model.config import ModelConfig

FORMAT = "masklet-1"
SHOWN = 5
MOST_SHOWN = 150
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64)
MOST_VALUES = 1 << 40
SAFETENSORS = b"\x00\x00\x00\x00{"
"""Bytes 4 to 8: the upper half of the header's length, then its first character."""

SAVE_AGAIN = "save it again as torch.save({'model': model.state_dict()}, path) or as safetensors"


class TensorFile(NamedTuple):
    """Tensors by the names they have in the file, and the texts in its header."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


class Ours(NamedTuple):
    """What a file of our own holds; ``extra`` is what its writer noted beside the config."""

    config: ModelConfig
    tensors: dict[str, Tensor]
    extra: dict[str, str]


def read_file(path: Path | str) -> TensorFile:
    """Every tensor of a weights file, told by its content whatever its name; runs none of its code.

    The tensors may be views of the file on disk: copy them before it changes.

    Raises:
        CheckpointError: not a weights file, cut off, or holding something else than tensors.
    """
    path = Path(path)
    start, size = _start(path)
    if start.startswith(b"PK\x03\x04"):
        file = TensorFile(_read_pt(path, mapped=True), {})
    elif start[4:9] == SAFETENSORS:
        if int.from_bytes(start[:8], "little") > size - 8:
            raise CheckpointError(f"{path} is cut off in its header; fetch or copy it again")
        file = _read_safetensors(path)
    elif start.startswith(b"\x80"):
        file = TensorFile(_read_pt(path, mapped=False), {})
    else:
        raise CheckpointError(f"{path} is {_described(start)}; wanted a .pt or safetensors file")
    _check_tensors(path, file.tensors)
    return file


def read_released(path: Path | str) -> dict[str, Tensor]:
    """The tensors of a released ``.pt`` (``{"model": {name: tensor}}``) or of a safetensors file.

    Raises:
        CheckpointError: as ``read_file``.
    """
    return read_file(path).tensors


def read_ours(path: Path | str) -> Ours:
    """A file that ``write_ours`` wrote.

    Raises:
        CheckpointError: as ``read_file``, or the header holds no readable config.
    """
    file = read_file(path)
    try:
        return as_ours(file)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from error


def is_ours(file: TensorFile) -> bool:
    """Whether the header says that we wrote the file."""
    return file.metadata.get("format", "").startswith("masklet")


def as_ours(file: TensorFile) -> Ours:
    """The config and tensors of a file of our own. Raises CheckpointError for any other."""
    if file.metadata.get("format") != FORMAT:
        found = file.metadata.get("format", "none")
        raise CheckpointError(f"its header's format is {found}, wanted {FORMAT}")
    config = from_json(file.metadata.get("config", ""), ModelConfig)
    return Ours(config, file.tensors, _notes(file.metadata.get("extra", "{}")))


def _notes(text: str) -> dict[str, str]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"extra is not JSON ({error})") from error
    if not isinstance(plain, dict):
        raise CheckpointError(f"extra={text[:50]!r}: wanted names and texts")
    return {key: str(value) for key, value in plain.items()}


def write_ours(
    path: Path | str,
    state_dict: Mapping[str, Tensor],
    config: ModelConfig,
    extra: Mapping[str, str] | None = None,
    *,
    half: bool = False,
) -> None:
    """Write weights under our names with their config in the header, in one step.

    Args:
        path: where; what is there is replaced once the new file is whole.
        state_dict: the model's, on any device.
        config: the model's.
        extra: notes to keep in the header.
        half: store floats as float16, half the bytes.

    Raises:
        CheckpointError: a value float16 cannot hold, or the file cannot be written.
    """
    path = Path(path)
    tensors = {name: _packed(path, name, tensor, half) for name, tensor in state_dict.items()}
    metadata = {"format": FORMAT, "config": to_json(config), "extra": json.dumps(dict(extra or {}))}
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        save_file(tensors, part, metadata)
        part.replace(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _packed(path: Path, name: str, tensor: Tensor, half: bool) -> Tensor:
    dtype = torch.float16 if half and tensor.is_floating_point() else tensor.dtype
    packed = tensor.detach().to("cpu", dtype, copy=True)
    if half and not torch.equal(packed.isfinite(), tensor.detach().cpu().isfinite()):
        raise CheckpointError(
            f"{path}: {name} has values up to {tensor.abs().max():.3g}, beyond float16; "
            "write it without half"
        )
    return packed.contiguous()


def _start(path: Path) -> tuple[bytes, int]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(64)
    except IsADirectoryError:
        inside = path / "model.safetensors"
        hint = f"; did you mean {inside}?" if inside.is_file() else ", wanted a weights file"
        raise CheckpointError(f"checkpoint={str(path)!r} is a folder{hint}") from None
    except OSError as error:
        raise CheckpointError(
            f"checkpoint={str(path)!r} cannot be read: {error.strerror or error}"
        ) from error
    return start, size


def _described(start: bytes) -> str:
    if not start:
        return "empty"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the file itself (run `git lfs pull`)"
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page"
    if re.fullmatch(rb"[\t\n\r\x20-\x7e]*", start):
        return "a text file"
    return "of an unknown kind"


def _read_pt(path: Path, *, mapped: bool) -> dict[Any, Any]:
    """What the file calls its model, whatever it holds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    # A damaged file can make the unpickler raise nearly anything.
    except Exception as error:
        raise CheckpointError(_why_not(path, str(error))) from error
    tensors = content.get("model") if isinstance(content, dict) else None
    if not isinstance(tensors, dict):
        raise CheckpointError(
            f"{path} has no 'model' in it ({_outline(content)}), wanted "
            f"{{'model': {{name: tensor}}}}; {SAVE_AGAIN}"
        )
    return tensors


def _why_not(path: Path, message: str) -> str:
    unsafe = re.search(r"(?:Unsupported global: GLOBAL|Unsupported class) (\S+)", message)
    if unsafe:
        return (
            f"{path} holds {_printable(unsafe[1])}, which could run code when loaded, so it was "
            f"not; where you trust it, {SAVE_AGAIN}"
        )
    inner = re.search(r"WeightsUnpickler error: (.*)", message)
    detail = _printable((inner[1] if inner else message).strip().split("\n")[0])
    shown = f" ({detail})" if re.search("[a-z]{3}", detail) else ""
    return f"{path} is damaged or cut off{shown}; fetch or copy it again"


def _printable(text: str) -> str:
    return text[:MOST_SHOWN].encode("unicode_escape").decode()


def _outline(content: object) -> str:
    if isinstance(content, dict):
        keys = ", ".join(_called(key) for key in list(content)[:SHOWN])
        return f"a dict with {keys or 'nothing'}{', ...' if len(content) > SHOWN else ''}"
    return f"a {type(content).__name__}"


def _read_safetensors(path: Path) -> TensorFile:
    try:
        with safe_open(path, "pt", device="cpu") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return TensorFile(tensors, dict(file.metadata() or {}))
    # Likewise: a damaged header can name types that torch does not have.
    except Exception as error:
        raise CheckpointError(_why_not(path, str(error))) from error


def _check_tensors(path: Path, tensors: Mapping[Any, Any]) -> None:
    if not tensors:
        raise CheckpointError(f"{path} holds no tensors; {SAVE_AGAIN}")
    wrong = [
        f"{_called(name)} is {kind}"
        for name, tensor in tensors.items()
        if (kind := _kind(tensor)) != "weights"
        or not isinstance(name, str)
        or not name.isprintable()
    ]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise CheckpointError(
            f"{path} holds what is not weights: {', '.join(wrong[:SHOWN])}{more}; {SAVE_AGAIN}"
        )


def _called(key: object) -> str:
    return repr(key[:MOST_SHOWN]) if isinstance(key, str) else f"a {type(key).__name__} as a name"


def _kind(value: object) -> str:
    if not isinstance(value, Tensor):
        return f"a {type(value).__name__}"
    if value.layout is not torch.strided or value.is_quantized or value.is_meta:
        return f"a {value.layout} tensor on {value.device}"
    if value.dtype not in DTYPES:
        return f"a tensor of {value.dtype}"
    return "weights" if value.numel() < MOST_VALUES else f"of shape {tuple(value.shape)}"
