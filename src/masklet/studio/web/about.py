"""What the server is, and the models it can run."""

from fastapi import APIRouter

from masklet import __version__
from masklet.studio.memory import resident_bytes
from masklet.studio.web.access import TheStudio, refusals
from masklet.studio.wire.views import AboutView, ModelView

router = APIRouter(prefix="/api", tags=["studio"], responses=refusals())


@router.get("/about")
def about(studio: TheStudio) -> AboutView:
    """The server's version, device and limits."""
    return AboutView(
        version=__version__,
        device=studio.models.device,
        default_model=studio.models.default,
        upload_bytes=studio.settings.limits.upload_bytes,
        memory_bytes=resident_bytes(),
    )


@router.get("/models")
def models(studio: TheStudio) -> list[ModelView]:
    """Every model that a project can be given, the default one first."""
    return studio.models.views()
