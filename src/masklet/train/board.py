"""TensorBoard event files of a run, for those who have it."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from masklet.errors import MaskletError
from masklet.train.watcher import Watcher


class Board(Watcher):
    """Writes losses, validation figures and samples; a context manager that closes the files.

    A resumed run goes on in the same curves.

    Raises:
        MaskletError: TensorBoard is not installed.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise MaskletError(
                "--tensorboard needs TensorBoard; pip install 'masklet[tensorboard]'"
            ) from error
        self._make, self._folder = SummaryWriter, str(folder)
        self._writer: SummaryWriter | None = None

    def begin(self, step: int, steps: int) -> None:  # noqa: ARG002 - as in the base class
        """What was written of later steps is taken back."""
        self._writer = self._make(self._folder, purge_step=step + 1 if step else None)

    def logged(self, line: dict[str, Any]) -> None:
        """The losses of the first and the last answer, where there are two."""
        for answer in {"first", "last"} & line.keys():
            self._scalars(line["step"], {f"{answer}/{n}": v for n, v in line[answer].items()})

    def validated(self, line: dict[str, Any], sheet: Path | None) -> None:
        """The figures and the samples."""
        self._scalars(line["step"], {f"held out/{n}": v for n, v in line["validation"].items()})
        if sheet is not None and self._writer is not None:
            with Image.open(sheet) as picture:
                pixels = np.asarray(picture.convert("RGB"))
            self._writer.add_image("samples", pixels, line["step"], dataformats="HWC")

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def _scalars(self, step: int, values: dict[str, float]) -> None:
        if self._writer is not None:
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)
