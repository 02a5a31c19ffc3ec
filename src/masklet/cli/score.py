"""``masklet evaluate score``: J and F of the masks in one folder against those in another."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True, kw_only=True)
class Score:
    """Score masks against annotations: two folders with a folder a video, a label PNG a frame.

    For example: masklet evaluate score results/ DAVIS/Annotations/480p
    """

    predictions: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="PREDICTIONS")]
    """Folder of the masks."""
    annotations: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="ANNOTATIONS")]
    """Folder of the annotations, or a dataset that holds one."""
    union: bool = False
    """Score all objects of a video as one, as DAVIS 2016 does."""
    all_frames: bool = False
    """Count the first and the last frame of every video too."""
    json: bool = False
    """One JSON document, for machines."""

    def run(self) -> None:
        """Score, and print every video and the mean.

        Raises:
            MaskletError: a file is missing or cannot be used; the message names it.
        """
        from masklet.evaluate.folders import score_folders

        scores = score_folders(
            self.predictions, self.annotations, union=self.union, all_frames=self.all_frames
        )
        print(json.dumps(scores.plain) if self.json else scores.table)
