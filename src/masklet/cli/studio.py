"""``masklet studio``: click, track, correct and export in the browser."""

import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from masklet.cli.options import ModelFlags, ModelOptions
from masklet.cli.progress import emit
from masklet.errors import MaskletError

if TYPE_CHECKING:
    from masklet.studio.projects.models import Chosen
    from masklet.studio.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Studio:
    """Open the studio in the browser: click, track, correct, and take the masks home.

    For example: masklet studio clip.mp4
    """

    video: Annotated[tyro.conf.Positional[Path | None], tyro.conf.arg(metavar="VIDEO|FOLDER")] = (
        None
    )
    """A video or a folder of pictures to begin with; the start page by default."""
    project: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Serve this one project folder in place of the library."""
    port: Annotated[int | None, tyro.conf.arg(metavar="PORT")] = None
    """Where to listen; 8123 or the next free one by default, 0 for any."""
    host: str = "127.0.0.1"
    """Address to listen on; others than this machine reach the studio only if you change it."""
    token: Annotated[str | None, tyro.conf.arg(metavar="TOKEN")] = None
    """What lets a page in; made up by default."""
    upload: Annotated[float, tyro.conf.arg(metavar="GIB")] = 4.0
    """Largest file that can be uploaded, in GiB."""
    browser: bool = True
    """Open a browser."""
    model: ModelFlags = field(default_factory=ModelOptions)
    json: bool = False
    """One JSON line with the address, for machines."""

    def run(self) -> None:
        """Serve until Ctrl-C.

        Raises:
            MaskletError: input that cannot be used.
            KeyboardInterrupt: after Ctrl-C, once everything is stored.
        """
        from masklet.studio.serve import address_of, listen, open_browser, serve
        from masklet.studio.studio import Studio as Opened

        settings = self._settings()
        studio = Opened(settings, self._chosen(), device=self.model.device)
        studio.check()
        project = None if self.video is None else studio.project_of(self.video)
        listening = listen(self.host, self.port)
        address = address_of(listening, settings, project)
        if self.json:
            emit("studio", address=address, library=str(settings.library))
        else:
            print(f"masklet studio: {address}", flush=True)
        if not settings.is_local:
            text = "anyone who reaches this machine and has the address above can use the studio"
            print(f"masklet: note: {text}", file=sys.stderr)
        if self.browser and _has_display():
            open_browser(address)
        serve(studio, listening)

    def _settings(self) -> "Settings":
        from masklet.studio.settings import GIB, Limits, Settings, default_library

        if not 0 < self.upload <= 1024:
            raise MaskletError(f"--upload={self.upload}: wanted more than 0 and at most 1024 GiB")
        if self.token == "":
            raise MaskletError("--token is empty: wanted some letters or digits, or leave it out")
        if self.video is not None and self.project is not None:
            raise MaskletError(f"--project={self.project} has its video: leave {self.video} out")
        return Settings(
            library=default_library(),
            project=None if self.project is None else self.project.expanduser().resolve(),
            host=self.host,
            token=self.token or secrets.token_urlsafe(16),
            limits=Limits(upload_bytes=int(self.upload * GIB)),
        )

    def _chosen(self) -> "Chosen":
        """The default model, under a name of its own where it is not the catalogue's as it is."""
        from masklet.checkpoints.catalogue import BUNDLED
        from masklet.studio.projects.models import Chosen

        options = self.model
        name = options.model or BUNDLED
        if options.checkpoint is not None:
            name = options.checkpoint.stem
        if options.image_size is not None:
            name = f"{name}@{options.image_size}"
        return Chosen(name[:80], options.load)


def _has_display() -> bool:
    """Whether a browser would open a window, and not take over the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
