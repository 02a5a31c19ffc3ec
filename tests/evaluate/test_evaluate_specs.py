"""Methods from words: what each says, what depends on it, and words that say nothing."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import drawn_video, square
from small_weights import small_weights

from masklet.checkpoints.catalogue import bundled_path
from masklet.errors import CheckpointError, MediaError, PromptError
from masklet.evaluate.methods.specs import (
    Hardware,
    Kind,
    MethodSpec,
    Network,
    checksum,
    method_spec,
)

RUNS = Hardware(device="cpu", dtype="float32")
AT_256 = Hardware(device="cpu", dtype="float32", image_size=256)
TINY = "sam2.1-hiera-tiny"


@pytest.mark.parametrize(
    ("word", "name", "kind", "network"),
    [
        ("nano", "nano", Kind.MODEL, Network(model="nano", hardware=RUNS)),
        ("nano@256", "nano@256", Kind.MODEL, Network(model="nano", hardware=AT_256)),
        ("ours=nano@256", "ours", Kind.MODEL, Network(model="nano", hardware=AT_256)),
        (
            "a/b@2/my.pt",
            "my.pt",
            Kind.MODEL,
            Network(checkpoint=Path("a/b@2/my.pt"), hardware=RUNS),
        ),
        (
            f"{TINY}:my.pt@256",
            f"{TINY}:my.pt@256",
            Kind.MODEL,
            Network(model=TINY, checkpoint=Path("my.pt"), hardware=AT_256),
        ),
        ("copy", "copy", Kind.COPY, None),
        ("flow:nano", "flow:nano", Kind.FLOW, Network(model="nano", hardware=RUNS)),
        ("pictures", "pictures", Kind.PICTURES, Network(model="nano", hardware=RUNS)),
        (
            f"reference:{TINY}",
            f"reference:{TINY}",
            Kind.REFERENCE,
            Network(model=TINY, hardware=RUNS),
        ),
    ],
)
def test_a_word_says_a_method(word: str, name: str, kind: Kind, network: Network | None) -> None:
    spec = method_spec(word, RUNS)
    assert spec == MethodSpec(name=name, kind=kind, network=network)
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_masks_lie_in_a_folder(tmp_path: Path) -> None:
    assert method_spec(f"osvos=masks:{tmp_path}") == MethodSpec(
        name="osvos", kind=Kind.MASKS, folder=tmp_path
    )
    assert method_spec(f"masks:{tmp_path}/").name == tmp_path.name


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "names nothing"),
        ("magic", "'magic'.*nano"),
        ("nano@big", "'big'"),
        ("nano@0", "'nano@0'"),
        ("masks:", "masks:FOLDER"),
        ("reference", "reference:MODEL"),
        ("reference:my.pt", "reference:MODEL"),
        ("copy:magic", "'copy:magic'"),
    ],
)
def test_other_words_are_refused(word: str, said: str) -> None:
    with pytest.raises(PromptError, match=said):
        method_spec(word)


def test_settings_follow_what_the_answers_depend_on(tmp_path: Path) -> None:
    """Other weights in a file of the same name, another size, other masks in a folder."""
    weights = small_weights(tmp_path)
    spec = method_spec(str(weights))
    seen: list[Any] = [spec.settings(), method_spec(f"{weights}@128").settings()]
    small_weights(tmp_path, seed=1)
    seen.append(spec.settings())
    assert all(one != other for at, one in enumerate(seen) for other in seen[:at])
    assert method_spec("nano").settings()["weights"] == checksum(bundled_path())
    masks = method_spec(f"masks:{tmp_path}")
    before = masks.settings()
    assert masks.settings() == before
    (tmp_path / "more.png").write_bytes(b"x")
    assert masks.settings() != before


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"absent\.pt"):
        method_spec(str(tmp_path / "absent.pt")).settings()
    with pytest.raises(MediaError, match="absent"):
        method_spec(f"masks:{tmp_path / 'absent'}").settings()


@pytest.mark.parametrize("word", ["small={}@64", "copy", "flow", "p=pictures:{}", "c=copy:{}"])
def test_methods_are_made(tmp_path: Path, word: str) -> None:
    """Each follows the mask that it is told."""
    video = drawn_video("a", [{1: square(x)} for x in (2, 4, 6)])
    method = method_spec(word.format(small_weights(tmp_path))).make()
    assert method.name == word.partition("=")[0]
    with method.open(video) as session:
        session.prompt(frame=0, object=1, mask=video.truth(0).mask(1))
        answers = list(session.propagate(0))
    assert [answer.frame for answer in answers] == [0, 1, 2]
    assert all(answer.masks[1].dtype == np.bool_ for answer in answers)
