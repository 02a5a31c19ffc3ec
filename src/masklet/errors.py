"""The errors masklet raises for what a user can put right.

Each message names the argument, what came and what was wanted.
"""


class MaskletError(Exception):
    """Base of every error that a caller of masklet may want to catch."""


class PromptError(MaskletError, ValueError):
    """A point, label, box, mask, frame number or object that cannot be used."""


class MediaError(MaskletError, OSError):
    """An image, video, folder or camera that cannot be read or written."""


class CheckpointError(MaskletError):
    """Weights that cannot be loaded: unreadable, incomplete or of another model."""


class DownloadError(CheckpointError):
    """A checkpoint that could not be fetched or did not arrive whole."""


class FormatError(MaskletError, ValueError):
    """An annotation file that does not follow its format."""


class EffectError(MaskletError, ValueError):
    """An effect that cannot be drawn: unknown, out of range, or with a picture that is missing."""
