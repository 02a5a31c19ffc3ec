"""Masks as bytes: one message a frame, little endian, run-length codes as COCO compresses them.

A message is a head of 16 bytes and then, for each object, a head of 20 and the counts, filled up
with zeros to a multiple of four::

    u8 kind  u8 0  u16 objects  u32 frame  u32 tag  u32 0
    u32 object  f32 score  f32 presence  u32 flags  u32 length  counts...

``tag`` is the revision (masks) or the request's id (hover). A frame about which nothing is known
has no objects.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

MASKS, HOVER = 1, 2
PROMPTED, VISIBLE = 1, 2
_HEAD = struct.Struct("<BBHIII")
_OBJECT = struct.Struct("<IffII")


class Answer(NamedTuple):
    """One object on one frame: what the model, or a person's mask, says.

    Attributes:
        object: its number.
        counts: compressed COCO counts at the video's size.
        score: predicted IoU.
        presence: object logit, > 0 where it is in the frame.
        prompted: a person spoke about it on this frame.
    """

    object: int
    counts: str
    score: float
    presence: float
    prompted: bool


class FrameAnswers(NamedTuple):
    """What is known of one frame: the objects that have an answer there."""

    frame: int
    answers: tuple[Answer, ...]


def pack(known: FrameAnswers, *, tag: int, kind: int = MASKS) -> bytes:
    """The message of a frame."""
    head = _HEAD.pack(kind, 0, len(known.answers), known.frame, tag % 2**32, 0)
    return b"".join([head, *map(_packed, known.answers)])


def unpack(message: bytes) -> FrameAnswers:
    """The frame of a message that ``pack`` made."""
    _, _, count, frame, _, _ = _HEAD.unpack_from(message)
    answers, at = [], _HEAD.size
    for _ in range(count):
        number, score, presence, flags, length = _OBJECT.unpack_from(message, at)
        at += _OBJECT.size
        counts = message[at : at + length].decode("ascii")
        answers.append(Answer(number, counts, score, presence, bool(flags & PROMPTED)))
        at += _filled(length)
    return FrameAnswers(frame, tuple(answers))


def _packed(answer: Answer) -> bytes:
    counts = answer.counts.encode("ascii")
    flags = PROMPTED * answer.prompted | VISIBLE * (answer.presence > 0)
    head = _OBJECT.pack(answer.object, answer.score, answer.presence, flags, len(counts))
    return head + counts + bytes(_filled(len(counts)) - len(counts))


def _filled(length: int) -> int:
    return (length + 3) // 4 * 4


def strip_byte(answer: Answer) -> int:
    """An answer as one byte of a strip: 1 to 100 seen, by score; 255 hidden; 0 is unknown."""
    if answer.presence <= 0:
        return HIDDEN
    return max(1, min(100, round(100 * answer.score)))


HIDDEN = 255


def pack_strips(strips: Sequence[tuple[int, bytes]]) -> bytes:
    """Each object's number as u32, and its bytes, one a frame; all strips are equally long."""
    return b"".join(struct.pack("<I", number) + strip for number, strip in strips)
