"""From a name or a file to a network with its weights: three layouts, the store, the default."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from masklet.checkpoints.catalogue import BUNDLED, Release, find_release, identify, model_names
from masklet.checkpoints.huggingface import to_released
from masklet.checkpoints.load import check_finite, check_weights, load_weights
from masklet.checkpoints.names import to_ours
from masklet.checkpoints.read import TensorFile, as_ours, is_ours, read_file
from masklet.checkpoints.store import State, stored
from masklet.errors import CheckpointError
from masklet.model.build import build_model
from masklet.model.config import ModelConfig, at_size
from masklet.model.sam2 import Sam2


class Layout(StrEnum):
    """Whose names a weights file uses."""

    OURS = "ours"
    RELEASED = "released"
    HUGGING_FACE = "hugging face"


class LoadedModel(NamedTuple):
    """A network with its weights, float32 on the CPU, in evaluation mode."""

    config: ModelConfig
    model: Sam2


class Contents(NamedTuple):
    """A weights file understood.

    Attributes:
        layout: whose names it uses.
        config: the config asked for, or else the one that it is of.
        tensors: under our names.
        looks_like: the released model that its shapes tell, empty where they tell none.
    """

    layout: Layout
    config: ModelConfig
    tensors: Mapping[str, Tensor]
    looks_like: str


def open_checkpoint(
    name: str | None, checkpoint: Path | str | None, image_size: int | None
) -> LoadedModel:
    """Find weights, and build the network they are of.

    Args:
        name: one of the catalogue; None takes what ``checkpoint`` says that it is, and with no
            checkpoint the model bundled with the package.
        checkpoint: a weights file of any of the three layouts; None looks into the local store.
        image_size: side of the square picture the network sees, a multiple of 32; None keeps the
            config's own.

    Raises:
        CheckpointError: an unknown name, no weights, a file that is damaged or of another model,
            or an image size that cannot be.
    """
    if name is not None and name not in model_names():
        raise CheckpointError(f"name={name!r}: wanted one of {', '.join(model_names())}")
    path = present_path(name or BUNDLED) if checkpoint is None else Path(checkpoint)
    contents = read_contents(path, name)
    size = contents.config.image_size if image_size is None else image_size
    contents = contents._replace(config=_resized(contents.config, size))
    model = _held_against(contents, path)
    model.to_empty(device="cpu")
    load_weights(model, contents.tensors, path)
    return LoadedModel(contents.config, model)


def check_file(path: Path, name: str | None = None) -> Contents:
    """Read a whole weights file and hold every tensor against its model, without running it.

    Raises:
        CheckpointError: what ``open_checkpoint`` would say of it, or a value is not finite.
    """
    contents = read_contents(path, name)
    _held_against(contents, path)
    check_finite(contents.tensors, path)
    return contents


def layout_of(file: TensorFile) -> Layout | None:
    """Whose names a file uses, or None for a file of some other model."""
    if is_ours(file):
        return Layout.OURS
    if any(name.startswith("vision_encoder.") for name in file.tensors):
        return Layout.HUGGING_FACE
    if any(name.startswith(("sam_mask_decoder.", "image_encoder.trunk.")) for name in file.tensors):
        return Layout.RELEASED
    return None


def read_contents(path: Path, name: str | None) -> Contents:
    """Read a file of any layout, as the model ``name`` or, without one, as what it looks like.

    Raises:
        CheckpointError: unreadable, or not recognised.
    """
    file = read_file(path)
    layout = layout_of(file)
    try:
        if layout is Layout.OURS:
            return _contents_of_ours(file, name)
        if layout is None:
            some = ", ".join(list(file.tensors)[:3])
            raise CheckpointError(f"its tensors ({some}, ...) are not those of a SAM 2 model")
        released = file.tensors if layout is Layout.RELEASED else to_released(file.tensors)
        release = identify(released)
        config = _config_of(release, name)
        return Contents(layout, config, _translated(released), release.name if release else "")
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from error


def _contents_of_ours(file: TensorFile, name: str | None) -> Contents:
    ours = as_ours(file)
    if name is not None and ours.config.name != name:
        raise CheckpointError(f"its header says {ours.config.name}, wanted {name}")
    _resized(ours.config, ours.config.image_size)
    return Contents(Layout.OURS, ours.config, ours.tensors, ours.config.name)


def _config_of(release: Release | None, name: str | None) -> ModelConfig:
    if name == BUNDLED:
        raise CheckpointError(f"{BUNDLED} is only ever written with its config in the header")
    if name is not None:
        return find_release(name).config()
    if release is None:
        raise CheckpointError("it is of none of the released models; say which with name=")
    return release.config()


def _translated(released: Mapping[str, Tensor]) -> dict[str, Tensor]:
    try:
        return to_ours(released)
    except (RuntimeError, IndexError) as error:
        raise CheckpointError(f"its embeddings have shapes of another model ({error})") from error


def _held_against(contents: Contents, path: Path) -> Sam2:
    """The network on the meta device, which takes no room, once every tensor fits it."""
    config = contents.config
    memory = config.memory
    blocks = sum(config.trunk.blocks) + memory.layers + memory.fuser_blocks + config.decoder_layers
    if contents.layout is Layout.OURS and blocks > len(contents.tensors):
        raise CheckpointError(f"{path}: its config has {blocks} blocks, more than it has tensors")
    try:
        with torch.device("meta"):
            model = build_model(config)
    # What a damaged or made-up config breaks in the network's parts is not foreseeable.
    except Exception as error:
        raise CheckpointError(f"{path}: its config makes no network ({error})") from error
    check_weights(model, contents.tensors, path, _hint(contents))
    return model


def _hint(contents: Contents) -> str:
    if not any(name.startswith("memory_attention.") for name in contents.tensors):
        return "it is the image half of a model only; take a file of the whole"
    if contents.looks_like not in ("", contents.config.name):
        return f"this looks like {contents.looks_like}, not {contents.config.name}"
    return ""


def present_path(name: str) -> Path:
    """Where that model's weights lie. Raises CheckpointError where they are not here, whole."""
    found = stored(name)
    if found.state is State.PRESENT:
        return found.path
    if name == BUNDLED:
        raise CheckpointError(
            f"the bundled weights are missing from this installation ({found.path}); install "
            "masklet again, or give name= or checkpoint="
        )
    rest = (
        " has only begun to arrive" if found.state is State.PARTIAL else " is not on this machine"
    )
    raise CheckpointError(f"{name}{rest}; run `masklet weights get {name}`")


def _resized(config: ModelConfig, image_size: int) -> ModelConfig:
    try:
        return at_size(config, image_size)
    except ValueError as error:
        raise CheckpointError(str(error)) from error
