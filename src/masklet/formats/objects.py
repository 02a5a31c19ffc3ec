"""Object ids as files can hold them: a whole number each, and the id itself beside it."""

from collections.abc import Iterable

from masklet.values import ObjectId

JsonId = int | str


class ObjectNumbers:
    """Numbers objects 1, 2, ... in the order in which they are first seen."""

    def __init__(self) -> None:
        self._numbers: dict[ObjectId, int] = {}

    def see(self, objects: Iterable[ObjectId]) -> list[int]:
        """The numbers of some objects, new ones included."""
        return [self._numbers.setdefault(key, len(self._numbers) + 1) for key in objects]

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def ids(self) -> list[JsonId]:
        """The ids as JSON holds them, in the order of their numbers."""
        return [json_id(key) for key in self._numbers]


def json_id(key: ObjectId) -> JsonId:
    """An id as JSON holds it: whole numbers and text as they are, anything else as its text."""
    if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
        return key
    index = getattr(key, "__index__", None)
    return int(index()) if index is not None and not isinstance(key, bool) else str(key)
