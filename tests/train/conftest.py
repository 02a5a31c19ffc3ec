"""The made-up photos and videos of the data tests, to train on."""

from tests.data.conftest import data_root, pool, shards

__all__ = ["data_root", "pool", "shards"]
