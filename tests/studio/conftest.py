"""A short clip and a running studio for tests of the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from studio.studio_app import made_studio, running, write_clip, write_uneven

from masklet.studio.studio import Studio


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve small frames."""
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """One with an empty library."""
    return made_studio(tmp_path / "library")


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    """A client that is let in."""
    with running(studio) as client:
        yield client


@pytest.fixture(scope="session")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six frames that are shown at uneven times."""
    return write_uneven(tmp_path_factory.mktemp("uneven") / "uneven.mp4")
