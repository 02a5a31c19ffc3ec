"""Ask the reference's own code which memories and pointers a frame reads, on random cases."""

from dataclasses import asdict, dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from masklet.evaluate.methods.reference_package import import_reference
from tests.golden.reference_rule import NO_LIMIT, POINTERS, SLOTS, Reading, read_rule

CHANNELS = 256
MEMORY_CHANNELS = 64
TOKENS_PER_POINTER = CHANNELS // MEMORY_CHANNELS


@dataclass(frozen=True, kw_only=True)
class RuleCase:
    """One question: which frames does ``frame`` read?"""

    frame: int
    num_frames: int
    prompted: list[int]
    tracked: list[int]
    reverse: bool
    limit: int
    stride: int


@dataclass(frozen=True, kw_only=True)
class RuleAnswer:
    """What the reference read; ``ratios`` are the pointers' places after their division."""

    memory_frames: list[int]
    memory_rows: list[int]
    pointer_frames: list[int]
    ratios: list[float]


def random_case(generator: np.random.Generator) -> RuleCase:
    """A clip of 2 to 40 frames with any prompted and tracked frames, in either direction."""
    num_frames = int(generator.integers(2, 41))
    order = [int(t) for t in generator.permutation(num_frames)]
    prompted = order[: int(generator.integers(1, min(num_frames, 7) + 1))]
    chance = generator.random()
    tracked = sorted(t for t in order[len(prompted) :] if generator.random() < chance)
    return RuleCase(
        frame=int(generator.integers(num_frames)),
        num_frames=num_frames,
        prompted=prompted,
        tracked=tracked,
        reverse=bool(generator.integers(2)),
        limit=int(generator.choice([NO_LIMIT, NO_LIMIT, 2, 3, 4])),
        stride=int(generator.choice([1, 1, 1, 2, 3, 5])),
    )


def ask_reference(case: RuleCase) -> RuleAnswer:
    """Run the reference's function on stored outputs whose values are their frame numbers."""
    base = import_reference("sam2.modeling.sam2_base")
    seen = SimpleNamespace(memory=None, places=None, pointers=0, ratios=[])
    model = _stub_model(case, seen)
    original = base.get_1d_sine_pe

    def keep_ratios(ratios: torch.Tensor, dim: int) -> torch.Tensor:
        seen.ratios = [float(ratio) for ratio in ratios]
        return ratios[:, None].expand(-1, dim)

    base.get_1d_sine_pe = keep_ratios
    try:
        base.SAM2Base._prepare_memory_conditioned_features(
            model,
            frame_idx=case.frame,
            is_init_cond_frame=False,
            current_vision_feats=[torch.zeros(1, 1, CHANNELS)],
            current_vision_pos_embeds=[torch.zeros(1, 1, CHANNELS)],
            feat_sizes=[(1, 1)],
            output_dict={
                "cond_frame_outputs": {t: _stored(t) for t in case.prompted},
                "non_cond_frame_outputs": {t: _stored(t) for t in case.tracked},
            },
            num_frames=case.num_frames,
            track_in_reverse=case.reverse,
        )
    finally:
        base.get_1d_sine_pe = original
    values = [int(value) for value in seen.memory[:, 0, 0]]
    split = len(values) - seen.pointers
    return RuleAnswer(
        memory_frames=values[:split],
        memory_rows=[int(value) for value in seen.places[:split, 0, 0]],
        pointer_frames=values[split::TOKENS_PER_POINTER],
        ratios=seen.ratios,
    )


def _stored(frame: int) -> dict[str, Any]:
    return {
        "maskmem_features": torch.full((1, MEMORY_CHANNELS, 1, 1), float(frame)),
        "maskmem_pos_enc": [torch.zeros(1, MEMORY_CHANNELS, 1, 1)],
        "obj_ptr": torch.full((1, CHANNELS), float(frame)),
    }


def _stub_model(case: RuleCase, seen: SimpleNamespace) -> SimpleNamespace:
    def attention(
        *,
        curr: list[torch.Tensor],
        curr_pos: list[torch.Tensor],  # noqa: ARG001 - the reference passes it by name
        memory: torch.Tensor,
        memory_pos: torch.Tensor,
        num_obj_ptr_tokens: int,
    ) -> torch.Tensor:
        seen.memory, seen.places, seen.pointers = memory, memory_pos, num_obj_ptr_tokens
        return curr[0]

    rows = torch.arange(SLOTS, dtype=torch.float32).view(SLOTS, 1, 1, 1)
    return SimpleNamespace(
        training=False,
        hidden_dim=CHANNELS,
        mem_dim=MEMORY_CHANNELS,
        num_maskmem=SLOTS,
        max_obj_ptrs_in_encoder=POINTERS,
        max_cond_frames_in_attn=case.limit,
        memory_temporal_stride_for_eval=case.stride,
        maskmem_tpos_enc=rows.expand(-1, 1, 1, MEMORY_CHANNELS),
        use_obj_ptrs_in_encoder=True,
        only_obj_ptrs_in_the_past_for_eval=True,
        use_signed_tpos_enc_to_obj_ptrs=True,
        add_tpos_enc_to_obj_ptrs=True,
        proj_tpos_enc_in_obj_ptrs=True,
        obj_ptr_tpos_proj=lambda encoding: encoding[:, :MEMORY_CHANNELS],
        memory_attention=attention,
    )


def our_reading(case: RuleCase) -> Reading:
    """The transcribed rule's answer to the same question."""
    return read_rule(
        case.frame,
        prompted=case.prompted,
        tracked=case.tracked,
        num_frames=case.num_frames,
        reverse=case.reverse,
        limit=case.limit,
        stride=case.stride,
    )


def agrees(reading: Reading, answer: RuleAnswer) -> bool:
    """Whether the transcribed rule reads exactly what the reference read, in the same order."""
    ratios = [float(torch.tensor(read.place) / reading.divisor) for read in reading.pointers]
    return (
        [read.frame for read in reading.memories] == answer.memory_frames
        and [read.place for read in reading.memories] == answer.memory_rows
        and [read.frame for read in reading.pointers] == answer.pointer_frames
        and ratios == answer.ratios
    )


def record_cases(kept: int, checked: int, seed: int = 2) -> list[dict[str, Any]]:
    """Check the transcription on ``checked`` random cases; return the first ``kept`` of them."""
    generator = np.random.default_rng(seed)
    recorded: list[dict[str, Any]] = []
    for index in range(checked):
        case = random_case(generator)
        answer = ask_reference(case)
        if not agrees(our_reading(case), answer):
            raise SystemExit(f"the rule differs from the reference on {case}: {answer}")
        if index < kept:
            recorded.append({"case": asdict(case), "answer": asdict(answer)})
    return recorded
