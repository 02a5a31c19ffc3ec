"""What lies in a folder: the files and folders that a reader looks for, by name."""

from collections.abc import Collection
from pathlib import Path

from masklet.errors import FormatError, MediaError
from masklet.media.picture_folder import natural_key


def label_files_in(folder: Path) -> dict[str, Path]:
    """The PNG files of a folder by their names without ending, in natural order.

    Raises:
        MediaError: there is no such folder.
        FormatError: there are none in it.
    """
    names = [name for name in _listed(folder) if name.lower().endswith(".png")]
    if not names:
        raise FormatError(f"{folder}: no label pictures (png) in it")
    return {Path(name).stem: folder / name for name in sorted(names, key=natural_key)}


def folders_in(folder: Path) -> list[str]:
    """Names of the folders in a folder, sorted; hidden ones are passed over.

    Raises:
        MediaError: there is no such folder.
        FormatError: there are none in it.
    """
    names = [name for name in _listed(folder) if (folder / name).is_dir()]
    if not names:
        raise FormatError(f"{folder}: no folders in it; wanted one for every video")
    return sorted(names)


def files_below(folder: Path, suffixes: Collection[str], *, deep: bool = True) -> list[Path]:
    """The files of a folder, and one folder further down if ``deep``, with one of some endings.

    In natural order; hidden ones are passed over.

    Raises:
        MediaError: there is no such folder.
    """
    found = [folder / name for name in sorted(_listed(folder), key=natural_key)]
    files = []
    for path in found:
        if path.suffix.lower() in suffixes:
            files.append(path)
        elif deep and path.is_dir():
            files += files_below(path, suffixes, deep=False)
    return files


def _listed(folder: Path) -> list[str]:
    """Names of what is in a folder, save what is hidden."""
    try:
        return [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise MediaError(f"{folder} cannot be read: {error.strerror}") from error
