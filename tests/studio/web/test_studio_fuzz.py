"""Whatever is sent to a studio, by HTTP or by WebSocket, it neither breaks nor hangs."""

import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, get_args

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient
from studio.studio_app import BEARER, FRAMES, made_studio, new_project, running, socket_of

from masklet.studio.web.errors import BUG
from masklet.studio.wire.messages import AnyRequest

LAST = 10**9
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUICK = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One studio for every request of this file."""
    with running(made_studio(tmp_path_factory.mktemp("fuzzed") / "library")) as client:
        yield client


def described(client: TestClient) -> list[str]:
    """Every operation that the studio describes."""
    paths = client.get("/api/openapi.json").json()["paths"]
    return [f"{method.upper()} {path}" for path, ways in paths.items() for method in ways]


def test_every_route_is_described(client: TestClient) -> None:
    """What is fuzzed is everything."""
    names = described(client)
    assert len(names) > 20
    assert "POST /api/projects/{project}/exports" in names


def test_http_requests_of_every_shape_are_answered(client: TestClient, clip: Path) -> None:
    """Each route answers as it says it does, for a project that exists and for others."""
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    kept = new_project(client, clip)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()

        @QUICK
        @given(case=operation.as_strategy(), real=st.booleans())
        def ask(case: schemathesis.Case, real: bool) -> None:
            if real and "project" in case.path_parameters and case.method != "DELETE":
                case.path_parameters["project"] = kept
            sent = case.as_transport_kwargs(base_url=str(client.base_url))
            sent.pop("cookies", None)
            if isinstance(sent.get("data"), bytes | str):
                sent["content"] = sent.pop("data")
            answer = client.request(**sent)
            case.validate_response(answer, checks=CHECKS)

        ask()
    assert client.get(f"/api/projects/{kept}").status_code == 200


NUMBERS = st.integers(-3, 2 * FRAMES) | st.integers() | st.floats()
WORDS = st.text(max_size=12) | st.sampled_from(["#ff0000", "cat"])
VALUES = st.none() | st.booleans() | NUMBERS | WORDS
PLACES = st.lists(st.lists(st.floats(-10, 90) | NUMBERS, min_size=1, max_size=3), max_size=4)
TYPES = [get_args(one.model_fields["type"].annotation)[0] for one in get_args(AnyRequest)]
KINDS = st.sampled_from([*TYPES, "nonsense"])
REQUESTS = st.fixed_dictionaries(
    {"id": st.integers(0, 99) | VALUES, "type": KINDS | VALUES},
    optional={
        "object": st.integers(1, 3) | VALUES,
        "frame": st.integers(0, FRAMES) | VALUES,
        "frames": NUMBERS,
        "start": st.integers(0, FRAMES) | VALUES,
        "stop": st.integers(0, FRAMES) | VALUES,
        "x": NUMBERS,
        "y": NUMBERS,
        "points": PLACES | VALUES,
        "labels": st.lists(st.integers(-1, 2), max_size=4) | VALUES,
        "box": st.lists(NUMBERS, max_size=5) | VALUES,
        "mask": WORDS,
        "replace": VALUES,
        "reverse": VALUES,
        "both": VALUES,
        "name": WORDS,
        "colour": WORDS,
        "hidden": VALUES,
    },
)
SENDINGS = st.lists(
    REQUESTS.map(json.dumps) | st.text(max_size=40) | st.binary(max_size=40),
    min_size=1,
    max_size=12,
)


@settings(parent=QUICK, max_examples=100)
@given(sendings=SENDINGS)
def test_websocket_messages_of_every_shape_are_answered(
    client: TestClient, project: str, sendings: list[str | bytes]
) -> None:
    """A page that sends nonsense is refused, and one that then asks properly is answered."""
    with client.websocket_connect(socket_of(project), headers=BEARER) as socket:
        for sent in sendings:
            if isinstance(sent, str):
                socket.send_text(sent)
            else:
                socket.send_bytes(sent)
        socket.send_text(json.dumps({"id": LAST, "type": "cancel"}))
        while not _is_reply(socket.receive(), LAST):
            pass


@pytest.fixture(scope="module")
def project(client: TestClient, clip: Path) -> str:
    """A project to send nonsense about."""
    return new_project(client, clip)


def _is_reply(message: MutableMapping[str, Any], number: int) -> bool:
    assert message["type"] == "websocket.send", message
    text = message.get("text")
    if not isinstance(text, str):
        return False
    told = json.loads(text)
    assert told["type"] in ("reply", "refusal", "state", "progress", "notice")
    assert BUG not in (told.get("error"), told.get("text")), told
    return told.get("id") == number
