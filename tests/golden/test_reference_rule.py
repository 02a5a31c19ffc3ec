"""The transcribed memory rule against what the reference's own code read on random cases."""

import json
from pathlib import Path

import numpy as np
from reference_rule import Read, read_rule

RECORDED = Path(__file__).parent / "recorded" / "reading-rule.json"


def test_rule_reads_what_the_reference_read() -> None:
    recorded = json.loads(RECORDED.read_text())
    assert len(recorded) >= 200
    for entry in recorded:
        reading = read_rule(**entry["case"])
        answer = entry["answer"]
        assert [read.frame for read in reading.memories] == answer["memory_frames"]
        assert [read.place for read in reading.memories] == answer["memory_rows"]
        assert [read.frame for read in reading.pointers] == answer["pointer_frames"]
        ratios = [np.float32(read.place) / np.float32(reading.divisor) for read in reading.pointers]
        np.testing.assert_array_equal(ratios, np.float32(answer["ratios"]))


def test_steady_forward_pass_reads_six_memories_and_fifteen_pointers() -> None:
    reading = read_rule(100, prompted=[0], tracked=range(1, 100), num_frames=300)
    assert reading.memories == (Read(0, 6), *(Read(100 - d, d - 1) for d in range(6, 0, -1)))
    assert reading.pointers == (Read(0, 100), *(Read(100 - d, d) for d in range(1, 16)))
    assert reading.divisor == 15


def test_future_prompted_frame_gives_a_memory_but_no_pointer() -> None:
    reading = read_rule(2, prompted=[5], tracked=[], num_frames=8)
    assert reading.memories == (Read(5, 6),)
    assert reading.pointers == ()
    assert reading.divisor == 7
