"""The house rules that a program can check: import direction, sizes, and what importing does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "masklet"
FOLDERS = ("src", "tests", "scripts", "benchmarks")
FILE_LINES, FUNCTION_LINES = 400, 40

# What each part of the package may import besides itself: imports go one way.
GROUND = frozenset({"values", "errors"})
PIXELS = GROUND | {"media", "masks"}
CORE = GROUND | {"model"}
PREDICT = CORE | PIXELS | {"checkpoints", "stream", "formats", "draw"}
JOBS = PREDICT | {"predict", "data", "train", "evaluate"}
MAY_IMPORT = {
    "values": GROUND,
    "errors": frozenset(),
    "model": GROUND,
    "stream": CORE,
    "checkpoints": CORE,
    "media": GROUND,
    "masks": GROUND,
    "formats": PIXELS | {"draw"},
    "draw": PIXELS,
    "data": PIXELS | {"formats", "draw"},
    "demo": frozenset(),
    "predict": PREDICT,
    "train": PREDICT | {"predict", "data"},
    "evaluate": PREDICT | {"predict", "data"},
    "jobs": JOBS,
    "cli": JOBS | {"jobs", "demo", "studio"},
    "studio": JOBS | {"jobs", "demo"},
}
FILES = frozenset({"PIL", "av", "cv2", "glob", "io", "json", "os", "pathlib", "pickle", "shutil"})
OUTSIDE = frozenset(
    {"http", "requests", "safetensors", "socket", "subprocess", "tempfile", "urllib"}
)


class Import(NamedTuple):
    """One imported module and the line that imports it."""

    module: str
    line: int


def python_files(*folders: str) -> list[Path]:
    """The Python files of the repository's folders, without those of environments in them."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    hidden = {
        path for path in found if any(part[0] == "." for part in path.relative_to(ROOT).parts)
    }
    return sorted(set(found) - hidden)


def name_of(path: Path) -> str:
    """A file's path within the repository."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[Import]:
    """Every import in a file, at its top or within a function."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports by a relative name"
            module = node.module or ""
            if module == "masklet":
                yield from (Import(f"masklet.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield Import(module, node.lineno)


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to, such as ``model``."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def own_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from ``def`` to its end, its docstring not counted."""
    last = node.end_lineno or node.lineno
    lines = last - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_imports_go_one_way() -> None:
    """No part of the package imports one that comes after it."""
    wrong = []
    for path in python_files("src"):
        part = part_of(path)
        if part in ("__init__", "__main__"):
            continue
        assert part in MAY_IMPORT, f"say in {name_of(Path(__file__))} what {part} may import"
        for module, line in imports_of(path):
            if not module.startswith("masklet."):
                continue
            target = module.split(".")[1]
            if target in MAY_IMPORT and target != part and target not in MAY_IMPORT[part]:
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_the_ways_have_no_ring() -> None:
    """The table above is itself one way: no two parts may import each other."""
    rings = [
        f"{part} <-> {other}"
        for part, others in MAY_IMPORT.items()
        for other in others
        if part in MAY_IMPORT[other] and part != other
    ]
    assert not rings, rings


def test_model_reads_and_writes_nothing() -> None:
    """Network modules import nothing that touches files or the network, and open nothing."""
    wrong = []
    for path in python_files("src"):
        if part_of(path) not in ("model", "stream"):
            continue
        wrong += [
            f"{name_of(path)}:{line} imports {module}"
            for module, line in imports_of(path)
            if module.split(".")[0] in FILES | OUTSIDE
        ]
        wrong += [
            f"{name_of(path)}:{node.lineno} opens a file"
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "open"
        ]
    assert not wrong, "\n".join(wrong)


def test_files_and_functions_are_short() -> None:
    """At most 400 lines a file and 40 a function."""
    long = []
    for path in python_files(*FOLDERS):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            long.append(f"{name_of(path)} has {lines} lines")
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = own_length(node)
                if length > FUNCTION_LINES:
                    long.append(f"{name_of(path)}:{node.lineno} {node.name} has {length} lines")
    assert not long, "\n".join(long)


def test_files_say_what_they_are() -> None:
    """The first line of every file is one sentence about it."""
    silent = []
    for path in python_files(*FOLDERS):
        text = (ast.get_docstring(parsed(path)) or "").strip()
        if not text.split("\n\n")[0].endswith((".", ":")):
            silent.append(name_of(path))
    assert not silent, "\n".join(silent)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter running ``code``, warnings being errors of ours only."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("module", ["masklet", "masklet.cli.main"])
def test_importing_is_light(module: str) -> None:
    """Neither the package nor its command line loads torch or FFmpeg before it needs them."""
    pytest.importorskip(module)
    code = f"import sys, {module}; print(*sorted({{'torch', 'av'}} & sys.modules.keys()))"
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_training_needs_no_media_libraries() -> None:
    """Training code imports where av, tyro and pycocotools are absent, as on a bare GPU machine."""
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for folder in ("train", "data")
        for path in sorted((PACKAGE / folder).glob("*.py"))
        if path.stem not in ("__init__", "__main__")
    ]
    assert names
    code = (
        "import importlib, sys\n"
        "for absent in ('av', 'tyro', 'pycocotools'): sys.modules[absent] = None\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr
