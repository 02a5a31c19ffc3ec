"""A studio in a process of its own, as a person starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

TOKEN = "for-tests"
LEAVING_SECONDS = 5.0


@dataclass
class Served:
    """A running studio: its process, and the address to open, token included."""

    library: Path
    process: subprocess.Popen[str]
    address: str

    @property
    def root(self) -> str:
        """The address without the token."""
        return self.address.split("?")[0].rstrip("/")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it and give its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def start(library: Path, *arguments: str, port: int = 0) -> Served:
    """Start a studio on a port and wait until it says where it is."""
    command = [sys.executable, "-m", "masklet.cli.main", "studio", *arguments]
    command += ["--no-browser", "--json", "--port", str(port), "--token", TOKEN]
    environment = os.environ | {"MASKLET_STUDIO": str(library), "OMP_NUM_THREADS": "1"}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's job in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line)
        if "address" in told:
            return Served(library, process, told["address"])
    raise AssertionError(f"the studio ended with {process.wait()} before it gave an address")


class Server:
    """Studios for one test after the other; the same one for as long as it runs.

    Args:
        folder: of their libraries.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._started = folder, 0
        self._studio: Served | None = None

    def fresh(self) -> Served:
        """A studio with an empty library."""
        studio = self._studio
        if studio is not None and studio.process.poll() is None:
            if _emptied(studio):
                return studio
            studio.stop()
        self._started += 1
        self._studio = start(self._folder / f"library-{self._started}")
        return self._studio

    def stop(self) -> None:
        """End the one that runs."""
        if self._studio is not None and self._studio.process.poll() is None:
            self._studio.stop()


def _emptied(studio: Served) -> bool:
    """Whether its projects could be deleted, once the pages that were closed have left them."""
    until = time.monotonic() + LEAVING_SECONDS
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=studio.root, headers=headers, timeout=60) as client:
        for project in client.get("/api/projects").raise_for_status().json():
            address = f"/api/projects/{project['id']}"
            while (response := client.delete(address)).status_code == httpx.codes.CONFLICT:
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
            response.raise_for_status()
    return True
