"""One side of the benchmark as a process that answers JSON lines, one request at a time."""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
SEARCHED = os.pathsep.join((str(ROOT), str(ROOT / "src")))


class WorkerProcess:
    """A worker that is started at once and stopped at the end of the ``with`` block."""

    def __init__(self, module: str, *, python: Path, threads: int, log: Path) -> None:
        self.module = module
        self.log = log
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": SEARCHED}
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [str(python), "-m", module],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer.

        Raises:
            SystemExit: the worker died; the message ends with what it last said.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            last = "\n".join(self.log.read_text().splitlines()[-12:])
            raise SystemExit(f"{self.module} stopped:\n{last}")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
