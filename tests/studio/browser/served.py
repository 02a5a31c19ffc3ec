"""A studio in a process of its own, as a person starts it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOKEN = "for-tests"


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
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line)
        if "address" in told:
            return Served(library, process, told["address"])
    raise AssertionError(f"the studio ended with {process.wait()} before it gave an address")


@contextmanager
def serve(library: Path, arguments: Sequence[str] = (), port: int = 0) -> Iterator[Served]:
    """A studio that ends with the block."""
    studio = start(library, *arguments, port=port)
    try:
        yield studio
    finally:
        if studio.process.poll() is None:
            studio.stop()
