"""A frozen config as JSON and back: nested dataclasses, tuples, unions, and their types checked."""

import json
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from masklet.errors import CheckpointError

T = TypeVar("T")
KIND = "kind"


def to_json(config: object) -> str:
    """A frozen dataclass as JSON; each nested one carries the name of its class as ``kind``."""
    return json.dumps(_plain(config))


def from_json(text: str, kind: type[T]) -> T:
    """The config that ``to_json`` wrote.

    A field that the text lacks takes its default.

    Raises:
        CheckpointError: the text is not JSON, or a field is unknown, missing or of another type;
            the message names the field.
    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"config is not JSON ({error})") from error
    return _decoded(plain, kind, "config")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {KIND: type(value).__name__} | named
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    assert value is None or isinstance(value, bool | int | float | str), value
    return value


def _decoded(plain: object, kind: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decoded_union(plain, get_args(kind), where)
    if origin is tuple:
        return _decoded_tuple(plain, get_args(kind), where)
    if is_dataclass(kind):
        return _decoded_dataclass(plain, kind, where)
    if kind is float and type(plain) is int:
        return float(plain)
    if type(plain) is not (type(None) if kind in (None, type(None)) else kind):
        raise CheckpointError(f"{where}={plain!r}: wanted {getattr(kind, '__name__', kind)}")
    return plain


def _decoded_union(plain: object, kinds: tuple[Any, ...], where: str) -> Any:
    named = plain.get(KIND) if isinstance(plain, dict) else None
    for kind in kinds:
        if is_dataclass(kind) and isinstance(kind, type):
            if kind.__name__ == named:
                return _decoded(plain, kind, where)
        elif named is None:
            try:
                return _decoded(plain, kind, where)
            except CheckpointError:
                continue
    wanted = ", ".join(getattr(kind, "__name__", str(kind)) for kind in kinds)
    raise CheckpointError(f"{where}={named or plain!r}: wanted one of {wanted}")


def _decoded_tuple(plain: object, kinds: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise CheckpointError(f"{where}={plain!r}: wanted a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(plain)
    if len(plain) != len(kinds):
        raise CheckpointError(f"{where}={plain!r}: wanted {len(kinds)} items")
    pairs = zip(plain, kinds, strict=True)
    return tuple(_decoded(item, kind, f"{where}[{i}]") for i, (item, kind) in enumerate(pairs))


def _decoded_dataclass(plain: object, kind: Any, where: str) -> Any:
    if not isinstance(plain, dict) or plain.get(KIND) != kind.__name__:
        raise CheckpointError(f"{where}: wanted a {kind.__name__}")
    hints = get_type_hints(kind)
    unknown = sorted(plain.keys() - hints.keys() - {KIND})
    if unknown:
        raise CheckpointError(
            f"{where} has fields this version of masklet does not know: {', '.join(unknown)}; "
            "a newer one may"
        )
    values = {}
    for field in fields(kind):
        if field.name in plain:
            hint, place = hints[field.name], f"{where}.{field.name}"
            values[field.name] = _decoded(plain[field.name], hint, place)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise CheckpointError(f"{where}.{field.name} is missing")
    return kind(**values)
