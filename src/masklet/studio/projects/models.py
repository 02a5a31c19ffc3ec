"""The models a project can run on: loaded once, shared, and gone when nobody uses them."""

import threading
from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakValueDictionary

import masklet
from masklet.checkpoints.catalogue import BUNDLED, model_names
from masklet.checkpoints.store import State, stored
from masklet.predict.model import Model
from masklet.studio.errors import ConflictError, NotFoundError
from masklet.studio.wire.views import ModelView


class Chosen(NamedTuple):
    """The model that the command line names: what it is called here, and how it is loaded."""

    name: str
    load: Callable[[], Model]


class Models:
    """Models by name: those of the catalogue and the one that the command line names.

    Args:
        chosen: for new projects; it stays in memory.
        device: where the others run; None is the fastest there is.
    """

    def __init__(self, chosen: Chosen, *, device: str | None = None) -> None:
        self._chosen, self._device = chosen, device
        self._lock = threading.Lock()
        self._loaded: WeakValueDictionary[str, Model] = WeakValueDictionary()
        self._kept: Model | None = None

    @property
    def default(self) -> str:
        """The name of the model for new projects."""
        return self._chosen.name

    @property
    def device(self) -> str:
        """Where the network runs, as torch calls it."""
        return str(self.get(self.default).runtime.device)

    def views(self) -> list[ModelView]:
        """Every model that can be named, the default first."""
        own = self._chosen.name
        views = [_view(name) for name in model_names()]
        if own not in model_names():
            views.append(ModelView(name=own, present=True, bytes=0, note="given at the start"))
        return sorted(views, key=lambda view: view.name != own)

    def check(self, name: str) -> None:
        """See that a model can be loaded.

        Raises:
            NotFoundError: no model has that name.
            ConflictError: its weights are not on this machine.
        """
        view = next((view for view in self.views() if view.name == name), None)
        if view is None:
            raise NotFoundError(f"model: there is none called {name[:80]!r}")
        if not view.present:
            raise ConflictError(
                f"model: the weights of {name} are not on this machine; fetch them with "
                f"`masklet weights get {name}`"
            )

    def get(self, name: str) -> Model:
        """The model of that name; loading takes seconds, the first time.

        Raises:
            NotFoundError, ConflictError: as ``check``.
            CheckpointError: its weights cannot be used.
        """
        with self._lock:
            model = self._loaded.get(name)
            if model is None:
                self.check(name)
                model = self._load(name)
                self._loaded[name] = model
        return model

    def _load(self, name: str) -> Model:
        if name != self._chosen.name:
            return masklet.load(name, device=self._device)
        self._kept = self._chosen.load()
        return self._kept


def _view(name: str) -> ModelView:
    entry = stored(name)
    note = "comes with masklet" if name == BUNDLED else "released by Meta"
    return ModelView(name=name, present=entry.state is State.PRESENT, bytes=entry.size, note=note)
