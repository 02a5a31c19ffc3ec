"""The parent's side of looking into a file: starts the child, waits so long, believes little."""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from masklet.errors import MediaError
from masklet.studio.settings import Limits
from masklet.studio.uploads.verdict import Refused, Seen, read_verdict

CHECKS_AT_ONCE = 2


class Checker:
    """A few checks at once; others wait."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turns = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def check(self, folder: Path, name: str) -> Seen:
        """What the uploaded file in a folder is.

        Raises:
            MediaError: it cannot be used; one sentence that names the file.
        """
        async with self._turns:
            return await asyncio.to_thread(_checked, folder, name, self._limits)


def _checked(folder: Path, name: str, limits: Limits) -> Seen:
    command = [sys.executable, "-P", "-m", "masklet.studio.uploads.child"]
    try:
        subprocess.run(
            [*command, str(folder), json.dumps(asdict(limits))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.check_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MediaError(
            f"{name} cannot be used: it takes longer than {limits.check_seconds:.0f} s to read"
        ) from None
    verdict = read_verdict(folder)
    if isinstance(verdict, Seen):
        return verdict
    why = (
        verdict.why
        if isinstance(verdict, Refused)
        else "it is damaged, or needs more time or memory than this studio gives it"
    )
    raise MediaError(f"{name} cannot be used: {why}")
