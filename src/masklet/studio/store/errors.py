"""Why a project cannot be opened or written."""

from masklet.errors import MaskletError
from masklet.studio.errors import ConflictError


class ProjectError(MaskletError):
    """A folder that holds no project, one of a newer version or a broken one, or a full disk."""


class ProjectBusyError(ProjectError, ConflictError):
    """The project is open already, here or in another process."""
