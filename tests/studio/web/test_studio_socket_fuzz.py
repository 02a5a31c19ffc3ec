"""Whatever a page sends, it gets an answer, and the studio has no fault."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from studio.studio_app import FRAMES, Talk, new_project, socket_of

from masklet.studio.web.errors import BUG
from masklet.studio.wire.messages import REQUEST

KINDS = (
    "add_object",
    "change_object",
    "remove_object",
    "say",
    "clear",
    "undo",
    "redo",
    "propagate",
    "cancel",
    "look",
    "masks",
    "hover",
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
FRAME = st.integers(-1, FRAMES + 1)
OBJECT = st.integers(-1, 5)
PLACE = st.tuples(st.floats(-10, 90, width=32), st.floats(-10, 60, width=32))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "object": st.one_of(OBJECT, st.none()),
    "frame": FRAME,
    "start": FRAME,
    "stop": FRAME,
    "points": st.lists(PLACE, max_size=3),
    "labels": st.lists(st.integers(0, 1), max_size=3),
    "box": st.lists(st.floats(-5, 90, width=32), min_size=4, max_size=4),
    "mask": st.one_of(st.text(max_size=20), st.just("PPYo1"), st.just("")),
    "replace": st.booleans(),
    "name": st.text(max_size=10),
    "colour": st.one_of(st.text(max_size=8), st.just("#00ff00")),
    "hidden": st.booleans(),
    "inside": st.booleans(),
    "reverse": st.booleans(),
    "both": st.booleans(),
    "objects": st.lists(OBJECT, max_size=3),
    "x": st.floats(-10, 90, width=32),
    "y": st.floats(-10, 60, width=32),
}
FIELDS = {
    kind: sorted(schema["properties"].keys() - {"id", "type"})
    for schema in REQUEST.json_schema()["$defs"].values()
    for kind in [schema["properties"].get("type", {}).get("const")]
    if kind in KINDS
}


@pytest.fixture
def project(client: TestClient, clip: Path) -> str:
    """One project for all stories."""
    return new_project(client, clip)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request that is more or less as it should be."""
    kind = draw(st.sampled_from(KINDS))
    what = {name: draw(VALUES[name]) for name in FIELDS[kind] if draw(st.integers(0, 9)) > 2}
    if draw(st.integers(0, 9)) == 0:
        what[draw(st.sampled_from(sorted(VALUES)))] = draw(ODD)
    return {"type": kind, **what}


@pytest.mark.timeout(300)
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(requests(), min_size=1, max_size=12))
def test_every_request_is_answered(
    client: TestClient, project: str, story: list[dict[str, Any]]
) -> None:
    """Once, with its id; and the next page finds a project that is whole."""
    with client.websocket_connect(socket_of(project)) as socket:
        talk = Talk(socket)
        talk.state()
        for request in story:
            told = talk.ask(request["type"], **{k: v for k, v in request.items() if k != "type"})
            assert told["type"] in ("reply", "refusal"), request
            assert told.get("error") != BUG, json.dumps(request)
        for told in talk.told:
            assert BUG not in str(told.get("text"))
