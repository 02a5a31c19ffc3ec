"""Projects: listing, making from the sample, renaming, choosing a model, deleting."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse

from masklet.studio.errors import NotFoundError
from masklet.studio.projects.library import THUMBNAIL
from masklet.studio.web.access import Name, ProjectPath, TheStudio, refusals
from masklet.studio.wire.views import ProjectView

router = APIRouter(prefix="/api/projects", tags=["projects"])


class ProjectChange(BaseModel):
    """A new name or model; what is left out stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = None
    model: Annotated[str, Field(min_length=1, max_length=80)] | None = None


@router.get("", responses=refusals())
def projects(studio: TheStudio) -> list[ProjectView]:
    """Every project, the one changed last first."""
    return studio.library.projects()


@router.post("/sample", responses=refusals(400, 409))
def sample(studio: TheStudio) -> ProjectView:
    """A new project of the clip that comes with masklet."""
    return studio.new_sample()


@router.get("/{project}", responses=refusals(404))
def project(studio: TheStudio, project: ProjectPath) -> ProjectView:
    """One project."""
    return studio.library.find(project).view


@router.patch("/{project}", responses=refusals(400, 404, 409))
async def change(studio: TheStudio, project: ProjectPath, to: ProjectChange) -> ProjectView:
    """Rename a project, or run it on another model from now on."""
    return await studio.change(project, name=to.name, model=to.model)


@router.delete("/{project}", status_code=204, responses=refusals(404, 409))
async def delete(studio: TheStudio, project: ProjectPath) -> Response:
    """Delete a project with all its masks; there is no way back."""
    await studio.delete(project)
    return Response(status_code=204)


@router.get(
    "/{project}/thumbnail.jpg",
    response_class=FileResponse,
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(404)},
)
def thumbnail(studio: TheStudio, project: ProjectPath) -> FileResponse:
    """A small picture of the video's beginning."""
    path = studio.library.find(project).folder / THUMBNAIL
    if not path.is_file():
        raise NotFoundError("this project has no picture")
    return FileResponse(path, media_type="image/jpeg")
