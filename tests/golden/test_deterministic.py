"""The weights made here are those that the shared recordings were made with."""

import importlib.util
import json
from pathlib import Path

import numpy as np

from tests.golden.deterministic import Override, deterministic_checkpoint, deterministic_tensor


def test_weights_equal_those_of_the_shared_recordings(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("weights", shared / "golden" / "weights.py")
    assert spec is not None
    assert spec.loader is not None
    weights = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(weights)
    shapes = json.loads((shared / "golden" / "names-sam2.1-hiera-tiny.json").read_text())
    for name, shape in shapes.items():
        if np.prod(shape) <= 100_000:
            np.testing.assert_array_equal(
                deterministic_tensor(name, shape), weights.deterministic_tensor(name, tuple(shape))
            )


def test_override_scales_then_shifts() -> None:
    plain = deterministic_tensor("a.bias", (5,))
    changed = deterministic_checkpoint({"a.bias": [5]}, [Override("a.bias", 100, -3)])["a.bias"]
    np.testing.assert_allclose(changed, 100 * plain - 3, rtol=1e-6)
    assert changed.dtype == np.float32
