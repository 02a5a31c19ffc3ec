"""The released models by name: their configs, and where their files are published."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from torch import Tensor

from masklet.errors import CheckpointError
from masklet.model import config as configs
from masklet.model.config import HieraConfig, ModelConfig

HUB = "https://huggingface.co"
BUNDLED = "nano"


@dataclass(frozen=True, kw_only=True)
class Release:
    """One released model.

    Attributes:
        name: what people call it, and its repository on the Hub (``facebook/<name>``).
        config: makes the config that its weights fit.
        sha256: digest of the ``.pt`` file; empty where none is known, and then not checked.
    """

    name: str
    config: Callable[[], ModelConfig]
    sha256: str = ""

    @property
    def repository(self) -> str:
        """Owner and name of the repository on the Hub."""
        return f"facebook/{self.name}"

    @property
    def pt_file(self) -> str:
        """File name of the weights in their own layout."""
        return f"{self.name.replace('-', '_')}.pt"

    @property
    def safetensors_file(self) -> str:
        """Local file name of the same weights in the Hugging Face layout."""
        return f"{self.name}.safetensors"

    def pt_address(self, base: str | None = None) -> str:
        """Address of the ``.pt`` file. ``base`` defaults to HF_ENDPOINT, then to the Hub."""
        return f"{_base(base)}/{self.repository}/resolve/main/{self.pt_file}"

    def safetensors_address(self, base: str | None = None) -> str:
        """Address of the same repository's ``model.safetensors``."""
        return f"{_base(base)}/{self.repository}/resolve/main/model.safetensors"


RELEASES: tuple[Release, ...] = (
    Release(name="sam2.1-hiera-tiny", config=configs.sam2_1_hiera_tiny),
    Release(name="sam2.1-hiera-small", config=configs.sam2_1_hiera_small),
    Release(name="sam2.1-hiera-base-plus", config=configs.sam2_1_hiera_base_plus),
    Release(name="sam2.1-hiera-large", config=configs.sam2_1_hiera_large),
    Release(name="sam2-hiera-tiny", config=configs.sam2_hiera_tiny),
    Release(name="sam2-hiera-small", config=configs.sam2_hiera_small),
    Release(name="sam2-hiera-base-plus", config=configs.sam2_hiera_base_plus),
    Release(name="sam2-hiera-large", config=configs.sam2_hiera_large),
)


def model_names() -> tuple[str, ...]:
    """Every name that can be loaded, the bundled model first."""
    return (BUNDLED, *(release.name for release in RELEASES))


def find_release(name: str) -> Release:
    """The release of that name.

    Raises:
        CheckpointError: there is none; the message lists the names.
    """
    release = next((release for release in RELEASES if release.name == name), None)
    if release is None:
        names = ", ".join(release.name for release in RELEASES)
        raise CheckpointError(f"name={name!r}: no released model has that name; there are {names}")
    return release


def bundled_path() -> Path:
    """Where the bundled model's weights lie inside the package."""
    return Path(str(files("masklet.checkpoints"))) / "bundled" / f"{BUNDLED}.safetensors"


def identify(tensors: Mapping[str, Tensor]) -> Release | None:
    """Which of the released models tensors under released names are of, by their shapes."""
    patch = tensors.get("image_encoder.trunk.patch_embed.proj.weight")
    if patch is None or patch.ndim == 0:
        return None
    prefix = "image_encoder.trunk.blocks."
    blocks = {
        name.removeprefix(prefix).split(".")[0] for name in tensors if name.startswith(prefix)
    }
    absent_embedding = "no_obj_embed_spatial" in tensors
    for release in RELEASES:
        config = release.config()
        assert isinstance(config.trunk, HieraConfig)
        found = (patch.shape[0], len(blocks), absent_embedding)
        if found == (config.trunk.embed_dim, sum(config.trunk.blocks), _is_2_1(config)):
            return release
    return None


def _is_2_1(config: ModelConfig) -> bool:
    return config.memory.absent_embedding


def _base(base: str | None) -> str:
    return (base or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
