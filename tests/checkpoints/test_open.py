"""From a name or a file to a network: which weights are found, and what is said when none are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from their_models import released_blanks, their_shapes
from torch import Tensor

from masklet.checkpoints.catalogue import bundled_path, find_release, identify
from masklet.checkpoints.names import to_ours
from masklet.checkpoints.open import Layout, check_file, open_checkpoint
from masklet.checkpoints.read import write_ours
from masklet.errors import CheckpointError
from masklet.model.build import build_model
from masklet.model.config import ModelConfig, nano

TINY = find_release("sam2.1-hiera-tiny")
SMALL = find_release("sam2-hiera-small")


def distinct(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Every tensor one value of its own, repeated, so that files of full shapes take no room."""
    return {
        name: torch.full((1,), 0.001 * number).expand(tensor.shape)
        for number, (name, tensor) in enumerate(tensors.items())
    }


@pytest.fixture(scope="module")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("released") / TINY.pt_file
    torch.save({"model": distinct(released_blanks(TINY))}, path)
    return path


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("name", [None, TINY.name])
def test_a_released_file_opens_with_and_without_its_name(tiny_file: Path, name: str | None) -> None:
    config, model = open_checkpoint(name, tiny_file, 256)
    assert config == model.config == replace(TINY.config(), image_size=256)
    expected = to_ours(distinct(released_blanks(TINY)))
    state = model.state_dict()
    assert all(torch.equal(state[name], expected[name]) for name in state)
    assert not model.training
    assert all(tensor.dtype == torch.float32 for tensor in state.values())


def test_a_name_opens_what_lies_in_the_store(tiny_file: Path, own_home: Path) -> None:
    with pytest.raises(CheckpointError, match=r"run `masklet weights get sam2\.1-hiera-tiny`"):
        open_checkpoint(TINY.name, None, None)
    own_home.mkdir()
    (own_home / f"{TINY.pt_file}.part").write_bytes(b"begun")
    with pytest.raises(CheckpointError, match="only begun to arrive; run `masklet weights get"):
        open_checkpoint(TINY.name, None, None)
    (own_home / TINY.pt_file).symlink_to(tiny_file)
    assert open_checkpoint(TINY.name, None, None).config == TINY.config()


def test_a_hugging_face_file_opens_without_its_name(tmp_path: Path) -> None:
    theirs = {
        name: torch.full(shape, 0.5, dtype=torch.float16)
        for name, shape in their_shapes(TINY).items()
    }
    save_file(theirs, tmp_path / "model.safetensors", {"format": "pt"})
    contents = check_file(tmp_path / "model.safetensors")
    assert contents.layout is Layout.HUGGING_FACE
    assert contents.config == TINY.config()


def test_our_own_file_runs_as_the_network_it_was_written_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    config = replace(nano(), image_size=64)
    original = build_model(config)
    write_ours(path, original.state_dict(), config)
    for name in (None, "nano"):
        opened = open_checkpoint(name, path, None)
        assert opened.config == config
        picture = torch.rand(1, 3, 64, 64)
        with torch.no_grad():
            ours, theirs = opened.model.encode(picture), original.encode(picture)
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert check_file(path).layout is Layout.OURS
    with pytest.raises(CheckpointError, match=r"its header says nano, wanted sam2\.1-hiera-tiny"):
        open_checkpoint(TINY.name, path, None)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (replace(nano(), image_size=100), "image_size=100"),
        (replace(nano(), decoder_layers=10**9), "10000000[0-9]+ blocks, more than it has tensors"),
        (replace(nano(), dim=-4), "its config makes no network"),
        (replace(nano(), dim=1 << 40), "its config makes no network|does not fit"),
        (replace(nano(), dim=256), r"of another shape \(no_memory \[1, 128\] where \[1, 256\]"),
    ],
)
def test_a_header_with_another_config_is_refused_before_it_takes_room(
    tmp_path: Path, config: ModelConfig, words: str
) -> None:
    path = tmp_path / "odd.safetensors"
    with torch.device("meta"):
        shapes = build_model(nano()).state_dict()
    write_ours(
        path, {name: torch.zeros_like(t, device="cpu") for name, t in shapes.items()}, config
    )
    with pytest.raises(CheckpointError, match=words) as caught:
        open_checkpoint(None, path, None)
    assert str(path) in str(caught.value)


def test_nothing_said_opens_the_bundled_model() -> None:
    if not bundled_path().is_file():
        with pytest.raises(CheckpointError, match="bundled weights are missing"):
            open_checkpoint(None, None, None)
        return
    config, model = open_checkpoint(None, None, None)
    assert config.name == "nano"
    assert all(bool(tensor.isfinite().all()) for tensor in model.state_dict().values())


def test_a_file_of_another_model_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "mystery.pt"
    torch.save({"model": released_blanks(SMALL)}, path)
    with pytest.raises(CheckpointError) as caught:
        open_checkpoint(TINY.name, path, None)
    message = str(caught.value)
    assert message.startswith(f"{path} does not fit the model: tensors ")
    assert message.endswith("; this looks like sam2-hiera-small, not sam2.1-hiera-tiny")
    assert open_checkpoint(None, path, 64).config.name == "sam2-hiera-small"


def test_the_image_half_alone_is_recognised(tmp_path: Path) -> None:
    half = {
        name: tensor
        for name, tensor in released_blanks(TINY).items()
        if not name.startswith(("memory_", "maskmem", "obj_ptr", "no_obj"))
    }
    torch.save({"model": half}, tmp_path / "half.pt")
    with pytest.raises(CheckpointError, match="image half of a model only"):
        open_checkpoint(TINY.name, tmp_path / "half.pt", None)


Edit = Callable[[dict[str, Tensor]], object]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda tensors: tensors.clear() or tensors.update(a=torch.zeros(1)), "not those of a SAM"),
        (lambda tensors: tensors.pop("no_obj_ptr"), r"1 missing \(pointers.absent\)"),
        (lambda tensors: tensors.update(extra=torch.zeros(1)), r"1 unexpected \(extra\)"),
        (
            lambda tensors: tensors.update(maskmem_tpos_enc=torch.zeros(())),
            "shapes of another model",
        ),
        (
            lambda tensors: tensors.update(
                {"sam_prompt_encoder.point_embeddings.1.weight": torch.zeros(1, 3)}
            ),
            "shapes of another model",
        ),
    ],
)
def test_a_released_file_that_was_changed_is_refused(
    tmp_path: Path, edit: Edit, words: str
) -> None:
    path = tmp_path / "changed.pt"
    tensors = released_blanks(TINY)
    edit(tensors)
    torch.save({"model": tensors}, path)
    with pytest.raises(CheckpointError, match=words) as caught:
        open_checkpoint(TINY.name, path, None)
    assert str(path) in str(caught.value)


def test_an_unknown_shape_needs_a_name(tmp_path: Path) -> None:
    tensors = released_blanks(TINY)
    del tensors["image_encoder.trunk.patch_embed.proj.weight"]
    torch.save({"model": tensors}, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match="none of the released models; say which"):
        open_checkpoint(None, tmp_path / "x.pt", None)


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"name='sam3': wanted one of nano, sam2\.1-hiera-t"):
        open_checkpoint("sam3", None, None)
    torch.save({"model": released_blanks(TINY)}, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match="nano is only ever written with its config"):
        open_checkpoint("nano", tmp_path / "x.pt", None)


@pytest.mark.parametrize("size", [0, -32, 100])
def test_an_image_size_that_cannot_be_is_refused(tiny_file: Path, size: int) -> None:
    with pytest.raises(CheckpointError, match=f"image_size={size}"):
        open_checkpoint(None, tiny_file, size)


def test_a_value_that_is_not_finite_fails_the_check_of_a_file(tmp_path: Path) -> None:
    tensors = released_blanks(TINY)
    tensors["no_obj_ptr"] = torch.full((1, 256), torch.nan)
    torch.save({"model": tensors}, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match=r"not finite in pointers\.absent"):
        check_file(tmp_path / "x.pt")


def test_shapes_that_tell_nothing_name_no_release() -> None:
    name = "image_encoder.trunk.patch_embed.proj.weight"
    assert identify({}) is None
    assert identify({name: torch.tensor(1.0)}) is None
    assert identify(released_blanks(TINY) | {name: torch.zeros(97, 3, 7, 7)}) is None
