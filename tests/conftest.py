"""Fixtures that every test may use; shapes of every call into masklet are checked."""

from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook("masklet", "checking.check")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and recorded outputs beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("../shared (real data and recorded outputs) is not beside this checkout")
    return SHARED
