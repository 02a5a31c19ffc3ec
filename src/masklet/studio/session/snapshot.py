"""A state of a project that stays as it is, for exports that run while people go on."""

from dataclasses import dataclass

from masklet.studio.session.shown import Shown
from masklet.studio.session.views import distinct_objects, state_view
from masklet.studio.wire.frames import FrameAnswers
from masklet.studio.wire.views import ObjectView, StateView
from masklet.values import Size


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot:
    """Made by ``session.snapshot()``; can be read until the session is closed.

    Attributes:
        size, fps, length: of the video.
    """

    size: Size
    fps: float | None
    length: int
    shown: Shown

    @property
    def state(self) -> StateView:
        """Everything but the masks."""
        return state_view(self.shown.live, (self.shown.live.scene,))

    @property
    def objects(self) -> tuple[ObjectView, ...]:
        """The objects, in the order in which they were added, no two of one name."""
        return distinct_objects(self.shown.live)

    def answers(self, frame: int) -> FrameAnswers:
        """What is known of a frame.

        Raises:
            ProjectError: the session was closed meanwhile.
        """
        return self.shown.answers(frame)
