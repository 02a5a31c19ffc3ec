"""The command run within the test's process, and the clip that it runs on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_ran import Ran

from masklet.cli.main import main
from masklet.demo import CLIP
from masklet.media.sources import open_source
from masklet.media.writers import VideoWriter
from masklet.values import Size


@pytest.fixture
def masklet(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """``masklet(*arguments)`` in an empty folder; code 2 of a malformed command included."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ran:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight frames of the demo clip at a quarter of its size."""
    path = tmp_path_factory.mktemp("clip") / "small.mp4"
    source = open_source(CLIP)
    with VideoWriter(path, Size(90, 160), 20) as writer:
        for index in range(8):
            writer.add(source[index * 2][::4, ::4].copy())
    source.close()
    return path
