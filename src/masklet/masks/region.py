"""Region similarity J: how much two masks overlap."""

import numpy as np
from jaxtyping import Bool


def region_similarity(answer: Bool[np.ndarray, "H W"], truth: Bool[np.ndarray, "H W"]) -> float:
    """Intersection over union of two masks of one size; 1 where both are empty."""
    union = np.count_nonzero(answer | truth)
    return np.count_nonzero(answer & truth) / union if union else 1.0
