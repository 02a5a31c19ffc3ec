"""Uploads: beginning, going on after an interruption, and making a project of the file."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from masklet.studio.web.access import Name, TheStudio, refusals
from masklet.studio.wire.views import ProjectView, UploadErrorView, UploadView

router = APIRouter(prefix="/api/uploads", tags=["uploads"])
UploadPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The upload's id.")]
PIECE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class NewUpload(BaseModel):
    """A file that is going to come: its name, and how many bytes it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255)]
    size: Annotated[int, Field(ge=1, lt=2**53)]


class NewProject(BaseModel):
    """What the project shall be called; the file's name where it is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = None


@router.post("", responses=refusals(400, 409))
async def begin(studio: TheStudio, file: NewUpload) -> UploadView:
    """Begin to upload a video, a picture, or a zip of pictures."""
    return studio.uploads.begin(file.name, file.size)


@router.get("/{upload}", responses=refusals(404))
async def upload(studio: TheStudio, upload: UploadPath) -> UploadView:
    """How much has come."""
    return studio.uploads.view(upload)


@router.put(
    "/{upload}",
    responses=refusals(400, 404) | {409: {"model": UploadErrorView, "description": "Not there."}},
    openapi_extra=PIECE,
)
async def add(
    studio: TheStudio,
    upload: UploadPath,
    offset: Annotated[int, Query(ge=0, lt=2**53)],
    request: Request,
) -> UploadView:
    """The next piece, as it is, which begins at ``offset``; at most 8 MiB."""
    try:
        return await studio.uploads.add(upload, offset, request.stream())
    except ClientDisconnect:
        return studio.uploads.view(upload)


@router.post("/{upload}/project", responses=refusals(400, 404, 409))
async def make(studio: TheStudio, upload: UploadPath, project: NewProject) -> ProjectView:
    """Look into the file and make a project of it; the upload is gone then, fit or not."""
    return await studio.new_from_upload(upload, name=project.name)


@router.delete("/{upload}", status_code=204, responses=refusals(404, 409))
async def forget(studio: TheStudio, upload: UploadPath) -> Response:
    """Give an upload up."""
    studio.uploads.give_up(upload)
    return Response(status_code=204)
