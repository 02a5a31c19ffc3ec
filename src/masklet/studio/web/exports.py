"""Exports, imports and pictures of a project."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import FileResponse

from masklet.studio.exports.pictures import TYPES, Pictures
from masklet.studio.exports.spec import ExportAsk
from masklet.studio.web.access import ProjectPath, TheStudio, refusals
from masklet.studio.wire.views import ImportedView, JobView, PictureView

router = APIRouter(prefix="/api/projects/{project}", tags=["exports"])

JobPath = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The export's id.")]
PicturePath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The picture's id.")]
FileName = Annotated[str, Query(min_length=1, max_length=255)]
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
BODY = {"requestBody": {"required": True, "content": BYTES}}
FOREVER = "private, max-age=31536000, immutable"


@router.post("/exports", responses=refusals(400, 404, 409))
async def begin(studio: TheStudio, project: ProjectPath, ask: ExportAsk) -> JobView:
    """Begin to export what the project shows now."""
    return await studio.exports.begin(project, ask)


@router.get("/exports", responses=refusals(404))
async def exports(studio: TheStudio, project: ProjectPath) -> list[JobView]:
    """What is being made, what failed, and every finished file, the newest first."""
    return await studio.exports.views(project)


@router.get("/exports/{job}", responses=refusals(404))
async def export(studio: TheStudio, project: ProjectPath, job: JobPath) -> JobView:
    """One export."""
    return await studio.exports.view(project, job)


@router.delete("/exports/{job}", status_code=204, responses=refusals(404))
async def remove(studio: TheStudio, project: ProjectPath, job: JobPath) -> Response:
    """Stop an export, which then leaves nothing, or delete a finished file."""
    await studio.exports.remove(project, job)
    return Response(status_code=204)


@router.get(
    "/exports/{job}/file/{name}",
    response_class=FileResponse,
    responses={200: {"content": BYTES, "description": "The file."}, **refusals(404)},
)
async def file(
    studio: TheStudio,
    project: ProjectPath,
    job: JobPath,
    name: Annotated[str, Path(max_length=255)],
) -> FileResponse:
    """A finished file, to be saved."""
    path = await studio.exports.file(project, job, name)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("/imports", responses=refusals(400, 404, 409), openapi_extra=BODY)
async def bring(
    studio: TheStudio, project: ProjectPath, name: FileName, request: Request
) -> ImportedView:
    """New objects with the masks of the file that is the body, as it is; one undo removes them."""
    return await studio.imports.bring(project, name, request.stream(), request.is_disconnected)


@router.post("/pictures", responses=refusals(400, 404, 409), openapi_extra=BODY)
async def add_picture(studio: TheStudio, project: ProjectPath, request: Request) -> PictureView:
    """Keep a PNG or JPEG, the body as it is, for effects that put it behind the objects."""
    folder = studio.library.find(project).folder
    return PictureView(picture=await Pictures(folder).add(request.stream(), studio.checker))


@router.get(
    "/pictures/{picture}",
    response_class=FileResponse,
    responses={200: {"content": {"image/png": {}, "image/jpeg": {}}}, **refusals(404)},
)
def picture(studio: TheStudio, project: ProjectPath, picture: PicturePath) -> FileResponse:
    """A picture that was brought."""
    path = Pictures(studio.library.find(project).folder).path(picture)
    headers = {"Cache-Control": FOREVER}
    return FileResponse(path, media_type=TYPES[path.suffix], headers=headers)
