"""The WebSocket: edits, masks by credit, tracking, hovering, several pages, and nonsense."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from studio.studio_app import FRAMES, Talk, made_studio, new_project, running, socket_of, talking

from masklet.studio.settings import Limits
from masklet.studio.wire.frames import HOVER, MASKS, unpack

pytestmark = pytest.mark.timeout(60)
CLICK: dict[str, Any] = {"points": [[30, 20]], "labels": [1]}
LAST = FRAMES - 1


@pytest.fixture
def project(client: TestClient, clip: Path) -> str:
    """A project of the short clip."""
    return new_project(client, clip)


def prompted(talk: Talk) -> None:
    """One object, clicked on the first frame."""
    talk.ask("add_object")
    assert talk.ask("say", object=1, frame=0, **CLICK)["type"] == "reply"


def test_the_first_message_is_the_state(client: TestClient, project: str) -> None:
    """Complete, with everything possibly changed."""
    with client.websocket_connect(socket_of(project)) as socket:
        told = json.loads(socket.receive_text())
    assert told["type"] == "state"
    assert told["state"]["people"] == 1
    assert told["state"]["changed"] is None
    assert told["state"]["objects"] == []


def test_a_click_is_answered_mask_first(client: TestClient, project: str) -> None:
    """The mask, the state, the reply; without any credit."""
    with talking(client, project) as talk:
        assert talk.ask("add_object", name="cat", colour="#ff0000")["object"] == 1
        number = talk.send("say", object=1, frame=3, **CLICK)
        message = talk.next()
        assert isinstance(message, bytes)
        masks = unpack(message)
        assert masks.frame == 3
        assert [answer.object for answer in masks.answers] == [1]
        assert masks.answers[0].prompted
        state = talk.next()
        assert isinstance(state, dict)
        assert state["type"] == "state"
        assert int.from_bytes(message[8:12], "little") == state["state"]["revision"]
        assert state["state"]["prompts"][0]["points"] == [[30.0, 20.0]]
        assert state["state"]["changed"] == {"start": 3, "stop": 3}
        reply = talk.next()
        assert isinstance(reply, dict)
        assert (reply["type"], reply["id"]) == ("reply", number)


def test_a_first_prompt_adds_its_object(client: TestClient, project: str) -> None:
    """The reply says which; one undo takes both back."""
    with talking(client, project) as talk:
        assert talk.ask("say", object=None, frame=3, **CLICK)["object"] == 1
        assert [thing["id"] for thing in talk.latest["objects"]] == [1]
        talk.ask("undo")
        assert talk.latest["objects"] == []
        assert talk.ask("say", object=1, frame=3, **CLICK)["type"] == "refusal"


def test_every_edit_reaches_the_other_page(client: TestClient, project: str) -> None:
    """Two people see each other and what the other one does."""
    with talking(client, project) as one, talking(client, project) as two:
        assert one.state()["people"] == 2
        prompted(one)
        seen = two.state()
        while not seen["prompts"]:
            seen = two.state()
        assert two.masks == []
        two.ask("change_object", object=1, name="dog", colour="#00ff00", hidden=True)
        thing = one.state()["objects"][0]
        assert thing == {"id": 1, "name": "dog", "colour": "#00ff00", "hidden": True}
        one.ask("remove_object", object=1)
        while seen["objects"]:
            seen = two.state()
    with talking(client, project) as three:
        assert three.ask("undo")["type"] == "reply"
        assert [thing["id"] for thing in three.latest["objects"]] == [1]


def test_a_page_that_leaves_is_no_longer_counted(client: TestClient, project: str) -> None:
    """The other one is told, and that nothing else has changed."""
    with talking(client, project) as one:
        with talking(client, project):
            assert one.state()["people"] == 2
        left = one.state()
    assert left["people"] == 1
    assert left["changed"]["stop"] < left["changed"]["start"]


def test_undo_and_redo(client: TestClient, project: str) -> None:
    """In words, and refused where there is nothing."""
    with talking(client, project) as talk:
        assert talk.ask("undo")["error"]
        prompted(talk)
        assert talk.ask("undo")["type"] == "reply"
        assert talk.ask("redo")["type"] == "reply"
        assert talk.ask("redo")["type"] == "refusal"
        assert talk.ask("clear", object=1, frame=0)["type"] == "reply"


def test_masks_wait_for_credit(client: TestClient, project: str) -> None:
    """Each costs one; a frame that is looked at goes before the others."""
    with talking(client, project) as talk:
        prompted(talk)
        talk.masks.clear()
        talk.ask("masks", start=0, stop=LAST)
        talk.ask("look", frame=7)
        talk.ask("add_object")
        assert talk.masks == []
        talk.send("credit", frames=3)
        frames = [talk.next_masks().frame for _ in range(3)]
        assert frames == [7, 0, 1]
        talk.ask("masks", start=5, stop=6)
        assert len(talk.masks) == 3
        talk.send("credit", frames=10)
        assert [talk.next_masks().frame for _ in range(2)] == [5, 6]
        talk.ask("add_object")
        assert len(talk.masks) == 5
        assert talk.masks[0][0] == MASKS


def test_an_unknown_frame_has_no_objects(client: TestClient, project: str) -> None:
    """Its message comes nevertheless."""
    with talking(client, project) as talk:
        prompted(talk)
        talk.send("credit", frames=1)
        talk.ask("masks", start=5, stop=5)
        talk.send("masks", start=6, stop=6)
        talk.send("credit", frames=1)
        empty = [unpack(message) for message in talk.masks[1:]] or [talk.next_masks()]
        assert empty[0].answers == ()


def test_tracking_tells_how_far_it_is(client: TestClient, project: str) -> None:
    """Replied to when it begins; masks by credit, progress, and a state at the end."""
    with talking(client, project) as talk:
        prompted(talk)
        talk.masks.clear()
        talk.send("credit", frames=5)
        assert talk.ask("propagate")["type"] == "reply"
        assert talk.latest["running"]["stop"] == LAST
        state = talk.state()
        while state["running"] is not None:
            state = talk.state()
        progress = [told for told in talk.told if told["type"] == "progress"]
        assert progress[-1]["frame"] == LAST
        assert progress[-1]["rate"] > 0
        assert [unpack(message).frame for message in talk.masks] == [0, 1, 2, 3, 4]
        assert state["passes"][0]["last"] == LAST
        assert state["changed"]["stop"] == LAST


def test_tracking_can_be_cancelled(client: TestClient) -> None:
    """The state says so before the reply; what was tracked stays."""
    project = client.post("/api/projects/sample").json()["id"]
    with talking(client, project) as talk:
        talk.ask("add_object")
        talk.ask("say", object=1, frame=0, points=[[430, 310]], labels=[1])
        talk.ask("propagate")
        talk.until("progress")
        assert talk.ask("cancel")["type"] == "reply"
        assert talk.latest["running"] is None
        assert talk.latest["passes"][0]["last"] < 91
        assert talk.ask("cancel")["type"] == "reply"
        assert talk.ask("propagate", start=5, stop=6)["type"] == "reply"


def test_two_runs_at_once_are_refused_and_a_correction_ends_one(client: TestClient) -> None:
    """After an edit, the next run can begin at once."""
    project = client.post("/api/projects/sample").json()["id"]
    with talking(client, project) as talk:
        talk.ask("add_object")
        talk.ask("say", object=1, frame=0, points=[[430, 310]], labels=[1])
        assert talk.ask("propagate")["type"] == "reply"
        assert "already" in talk.ask("propagate")["error"]
        talk.ask("change_object", object=1, name="runs on")
        assert talk.latest["running"] is not None
        talk.send("say", object=1, frame=0, points=[[450, 195]], labels=[1])
        assert talk.ask("propagate", stop=1)["type"] == "reply"
        state = talk.state()
        while state["running"] is not None:
            state = talk.state()
        assert state["passes"][-1]["stop"] == 1


def test_tracking_without_a_prompt_is_refused(client: TestClient, project: str) -> None:
    """And another run may begin afterwards."""
    with talking(client, project) as talk:
        assert talk.ask("propagate")["type"] == "refusal"
        prompted(talk)
        assert talk.ask("propagate", start=99)["type"] == "refusal"
        assert talk.ask("propagate", stop=1)["type"] == "reply"


def test_hovering_answers_the_newest(client: TestClient, project: str) -> None:
    """Without credit; those that were overtaken are refused; nothing changes."""
    with talking(client, project) as talk:
        numbers = [talk.send("hover", frame=0, x=x, y=20) for x in range(10, 60, 5)]
        told: list[dict[str, Any]] = []
        while len(told) < len(numbers):
            message = talk.next()
            if isinstance(message, dict) and message.get("id") in numbers:
                told.append(message)
        replied = [message["id"] for message in told if message["type"] == "reply"]
        assert replied[-1] == numbers[-1]
        assert len(replied) == len(talk.masks)
        assert [int.from_bytes(mask[8:12], "little") for mask in talk.masks] == replied
        assert {mask[0] for mask in talk.masks} == {HOVER}
        assert talk.ask("hover", frame=0, x=-5, y=2)["type"] == "refusal"
        assert talk.ask("undo")["type"] == "refusal"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "x",
        "[]",
        "null",
        "7",
        '{"type": "say"}',
        '{"id": 5}',
        '{"id": -1, "type": "undo"}',
        '{"id": 5, "type": "nothing"}',
        '{"id": 5, "type": "undo", "more": 1}',
        '{"id": 5, "type": "say", "object": 1, "frame": 0, "points": [[NaN, 1]], "labels": [1]}',
        '{"id": 5, "type": "say", "object": 1, "frame": 0, "points": [[1]], "labels": [1]}',
        '{"id": 5, "type": "credit", "frames": 0}',
        '{"id": 5, "type": "look", "frame": 99999999999999999999999}',
        "[" * 10_000,
        b"\x00\xff",
    ],
)
def test_nonsense_is_refused_and_the_page_stays(
    client: TestClient, project: str, message: str | bytes
) -> None:
    """With its id where one can be read."""
    with talking(client, project) as talk:
        if isinstance(message, bytes):
            talk.socket.send_bytes(message)
        else:
            talk.socket.send_text(message)
        refusal = talk.until("refusal")
        text = message if isinstance(message, str) else ""
        assert refusal["id"] == (5 if '"id": 5' in text else None)
        assert refusal["error"]
        assert talk.ask("add_object")["object"] == 1


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("say", {"object": 9, "frame": 0, **CLICK}),
        ("say", {"object": 1, "frame": FRAMES, **CLICK}),
        ("say", {"object": 1, "frame": 0, "points": [[1000, 20]], "labels": [1]}),
        ("say", {"object": 1, "frame": 0, "points": [[1, 2], [3, 4]], "labels": [1]}),
        ("say", {"object": 1, "frame": 0, "mask": "not counts"}),
        ("say", {"object": 1, "frame": 0}),
        ("clear", {"object": 1, "frame": 5}),
        ("remove_object", {"object": 9}),
        ("change_object", {"object": 9, "name": "x"}),
        ("look", {"frame": FRAMES}),
        ("masks", {"start": 0, "stop": FRAMES}),
        ("masks", {"start": 5, "stop": 4}),
        ("hover", {"frame": FRAMES, "x": 1, "y": 1}),
        ("propagate", {"objects": [9]}),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    client: TestClient, project: str, kind: str, what: dict[str, Any]
) -> None:
    """It is refused, and the revision stays."""
    with talking(client, project) as talk:
        prompted(talk)
        before = talk.latest
        assert talk.ask(kind, **what)["type"] == "refusal"
    with talking(client, project) as again:
        state = again.latest
        assert state["revision"] == before["revision"]
        assert state["prompts"] == before["prompts"]


def test_edits_are_carried_out_in_order(client: TestClient, project: str) -> None:
    """However fast they come."""
    with talking(client, project) as talk:
        for _ in range(20):
            talk.send("add_object")
        last = talk.send("remove_object", object=20)
        talk.until("reply", id=last)
        added = [told["object"] for told in talk.told if told["type"] == "reply"]
        assert added == [*range(1, 21), None]


def test_an_unknown_project_closes_with_a_reason(client: TestClient) -> None:
    """The code says that trying again is of no use."""
    with (
        client.websocket_connect(socket_of("0" * 16)) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()
    assert closed.value.code == 4004
    assert "project" in closed.value.reason


def test_too_many_pages_are_sent_away(tmp_path: Path, clip: Path) -> None:
    """And may come when another has gone."""
    limited = made_studio(tmp_path / "library", limits=Limits(pages=1))
    with running(limited) as client:
        project = new_project(client, clip)
        with talking(client, project):
            with (
                client.websocket_connect(socket_of(project)) as socket,
                pytest.raises(WebSocketDisconnect) as closed,
            ):
                socket.receive_text()
            assert closed.value.code == 1013
        with talking(client, project) as talk:
            assert talk.ask("add_object")["object"] == 1


def test_everything_is_there_after_a_restart(tmp_path: Path, clip: Path) -> None:
    """Objects, prompts, and what was tracked until the server ended."""
    library = tmp_path / "library"
    with running(made_studio(library)) as client:
        project = new_project(client, clip)
        with talking(client, project) as talk:
            prompted(talk)
            talk.ask("propagate")
            talk.until("progress")
    with running(made_studio(library)) as client, talking(client, project) as talk:
        state = talk.latest
        assert len(state["prompts"]) == 1
        assert state["passes"][0]["last"] is not None
        talk.send("credit", frames=1)
        talk.ask("masks", start=0, stop=0)
        masks = [unpack(message) for message in talk.masks] or [talk.next_masks()]
        assert masks[0].answers[0].prompted
