"""``masklet doctor``: what this machine has for the work, and one picture as a trial."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import masklet
from masklet.cli.progress import emit, resident_megabytes
from masklet.errors import MaskletError

CPU_FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16", "sve")
DECODERS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "prores", "mpeg4")
ENCODERS = ("libx264", "libvpx-vp9", "prores_ks")


class Finding(NamedTuple):
    """One line of the report; ``fault`` says what to do where something is missing."""

    name: str
    value: str
    fault: str | None = None


@dataclass(frozen=True)
class Doctor:
    """Say what this machine has: Python, torch, devices, codecs, weights, and time a picture."""

    json: bool = False
    """One JSON line a finding, for machines."""

    def run(self) -> None:
        """Print the report.

        Raises:
            MaskletError: something that masklet needs is missing.
        """
        faults = []
        for section in (software, processor, devices, codecs, weights, trial):
            for finding in section():
                self._show(finding)
                if finding.fault is not None:
                    faults.append(finding.fault)
        if faults:
            raise MaskletError(f"doctor: {'; '.join(faults)}")
        if self.json:
            emit("done")

    def _show(self, finding: Finding) -> None:
        if self.json:
            emit("finding", name=finding.name, value=finding.value, ok=finding.fault is None)
        else:
            mark = " " if finding.fault is None else "!"
            print(f"{mark} {finding.name:<12} {finding.value}", flush=True)


def software() -> Iterator[Finding]:
    """Versions of masklet, Python and torch."""
    from importlib.metadata import version

    import torch

    yield Finding("masklet", version("masklet"))
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    yield Finding("torch", f"{torch.__version__}, {torch.get_num_threads()} threads")


def cpu_flags() -> frozenset[str]:
    """What the kernel says that the processor can do; empty where it does not say."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    lines = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return frozenset(
        flag
        for name, value in lines
        if name.strip().lower() in ("flags", "features")
        for flag in value.split()
    )


def processor() -> Iterator[Finding]:
    """Cores, memory and the instructions that matter for matrix products."""
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"
    flags = cpu_flags()
    found = [feature for feature in CPU_FEATURES if feature in flags]
    yield Finding("cpu", f"{os.cpu_count()} cores{memory}; {' '.join(found) or 'features unknown'}")


def devices() -> Iterator[Finding]:
    """Accelerators that torch can use."""
    import torch

    names = []
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(number)
            names.append(f"cuda:{number} {properties.name}, {properties.total_memory / 1e9:.0f} GB")
    if torch.backends.mps.is_available():
        names.append("mps")
    yield Finding("devices", "; ".join([*names, "cpu"]))


def codecs() -> Iterator[Finding]:
    """Video formats that can be read and written."""
    import av
    import av.error

    def present(names: tuple[str, ...], test: Callable[[str], object]) -> list[str]:
        held = []
        for name in names:
            try:
                test(name)
            except av.error.FFmpegError:
                continue
            held.append(name)
        return held

    readable = present(DECODERS, lambda name: av.Codec(name, "r"))
    writable = present(ENCODERS, lambda name: av.Codec(name, "w"))
    yield Finding("pyav", av.__version__)
    yield Finding("reads", " ".join(readable))
    lacking = [name for name in ENCODERS if name not in writable]
    fault = f"PyAV lacks {', '.join(lacking)}: install its own wheel" if lacking else None
    yield Finding("writes", " ".join(writable), fault)


def weights() -> Iterator[Finding]:
    """The store and what lies in it."""
    from masklet.checkpoints.catalogue import BUNDLED
    from masklet.checkpoints.store import State, home, list_stored

    folder = home()
    present = [weight for weight in list_stored() if weight.state is State.PRESENT]
    fetched = [weight.name for weight in present if weight.name != BUNDLED]
    yield Finding("store", f"{folder}: {', '.join(fetched) or 'nothing fetched yet'}")
    bundled = next((weight for weight in present if weight.name == BUNDLED), None)
    if bundled is None:
        yield Finding(BUNDLED, "missing", "the bundled model is missing: install masklet again")
    else:
        yield Finding(BUNDLED, f"bundled, {bundled.size / 1e6:.1f} MB")


def trial() -> Iterator[Finding]:
    """Load the bundled model and segment the demo clip's first frame."""
    from masklet.demo import CLICKS, CLIP
    from masklet.media.sources import open_source

    with closing(open_source(CLIP)) as source:
        picture = source[0]
    started = time.perf_counter()
    try:
        model = masklet.load()
        loaded = time.perf_counter()
        image = model.image(picture)
        encoded = time.perf_counter()
        image.segment(points=CLICKS[:1])
        decoded = time.perf_counter()
    except MaskletError as error:
        yield Finding("trial", str(error), "the bundled model does not run")
        return
    memory = resident_megabytes()
    yield Finding(
        "trial",
        f"load {loaded - started:.2f} s, picture {encoded - loaded:.2f} s, "
        f"click {decoded - encoded:.3f} s"
        + ("" if memory is None else f", {memory:.0f} MB resident"),
    )
