"""The door: token, host, origin, size, and the headers of every answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from studio.studio_app import BEARER, ROOT, TOKEN, made_studio, new_project, running, socket_of

from masklet.studio.security.hosts import Hosts
from masklet.studio.settings import MIB
from masklet.studio.studio import Studio

COOKIE = {"Cookie": f"masklet-8123={TOKEN}"}


@pytest.fixture
def stranger(studio: Studio) -> Iterator[TestClient]:
    """A client without a token."""
    with running(studio, headers={}) as client:
        yield client


def test_the_token_is_taken_out_of_the_address(stranger: TestClient) -> None:
    """It becomes a cookie that scripts cannot read and other sites do not send."""
    answer = stranger.get(f"/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert f"masklet-8123={TOKEN}" in cookie
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/about").status_code == 200


def test_a_link_on_another_site_leads_in_as_well(stranger: TestClient) -> None:
    """By a step of our own, since the cookie would not go along with a redirect."""
    answer = stranger.get(f"/?token={TOKEN}", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0;url=/")
    assert TOKEN in answer.headers["set-cookie"]
    wrong = stranger.get("/?token=wrong", headers={"Sec-Fetch-Site": "cross-site"})
    assert wrong.status_code == 401


@pytest.mark.parametrize("path", ["/", "/api/about", "/static/main.js", "/api/openapi.json", "/x"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Cookie": "masklet-8123=wrong"},
        {"Cookie": f"masklet-8124={TOKEN}"},
        {"Cookie": ";;;=\x01"},
    ],
)
def test_nothing_without_the_token(
    stranger: TestClient, path: str, headers: dict[str, str]
) -> None:
    """Neither pages nor files nor data."""
    answer = stranger.get(path, headers=headers)
    assert answer.status_code == 401
    assert "address" in answer.text


@pytest.mark.parametrize("query", ["token=", "token=wrong", "token=%ff", f"x={TOKEN}"])
def test_a_wrong_token_is_no_entry(stranger: TestClient, query: str) -> None:
    """And sets no cookie."""
    answer = stranger.get(f"/?{query}")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [BEARER, COOKIE, {"Authorization": f"bearer  {TOKEN} "}])
def test_the_token_lets_in(stranger: TestClient, headers: dict[str, str]) -> None:
    """As a cookie or as a bearer's."""
    assert stranger.get("/api/about", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8123", "127.0.0.1.evil.example", "", "[", "a b", "0.0.0.0"],
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    """A name of another site that points here is of no use to it."""
    assert client.get("/api/about", headers={"Host": host}).status_code == 403
    assert client.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:1", "LOCALHOST", "[::1]:8123", "127.0.0.1:9"])
def test_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    """At any port, as through a tunnel."""
    assert client.get("/api/about", headers={"Host": host}).status_code == 200


def test_names_where_every_address_is_listened_on() -> None:
    """Addresses in numbers, and no names of others."""
    hosts = Hosts("0.0.0.0")
    assert hosts.serve(["192.168.1.7:8123"])
    assert hosts.serve(["[fe80::1]"])
    assert not hosts.serve(["evil.example"])
    assert not hosts.serve(["127.0.0.1", "127.0.0.1"])
    assert not hosts.serve([])
    assert Hosts("studio.example").serve(["studio.example:80"])
    assert not Hosts("192.168.1.7").serve(["192.168.1.8"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8124"},
        {"Origin": "http://localhost:8123"},
        {"Origin": "file://127.0.0.1:8123"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    """Whatever token their requests carry."""
    answer = client.post("/api/projects/sample", headers=headers)
    assert answer.status_code == 403
    assert client.delete(f"/api/projects/{'0' * 16}", headers=headers).status_code == 403
    assert client.get("/api/projects").json() == []


def test_other_pages_read_nothing(client: TestClient) -> None:
    """Not even pictures; following a link to the page is fine."""
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/api/projects", headers=foreign).status_code == 403
    assert client.get("/", headers=foreign).status_code == 200
    answer = client.options("/api/projects", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_our_own_page_may(client: TestClient) -> None:
    """Its origin is the host that the request names."""
    headers = {"Origin": ROOT, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/projects/sample", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Cookie": "masklet-8123=wrong"}, 401),
        ({**BEARER, "Origin": "http://evil.example"}, 403),
        ({**COOKIE, "Origin": "http://127.0.0.1:9"}, 403),
        ({**BEARER, "Host": "evil.example"}, 403),
    ],
)
def test_strangers_get_no_socket(
    studio: Studio, clip: Path, headers: dict[str, str], status: int
) -> None:
    """The handshake is refused."""
    with running(studio, headers={}) as client:
        project = new_project(client, clip)
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            client.websocket_connect(socket_of(project), headers=headers),
        ):
            pass
        assert refused.value.status_code == status
        with client.websocket_connect(socket_of(project), headers={**COOKIE, "Origin": ROOT}):
            pass


@pytest.mark.parametrize("path", ["/", "/api/about", "/static/main.js", "/nothing", "/api/models"])
def test_every_answer_says_what_it_may_be_used_for(client: TestClient, path: str) -> None:
    """Refusals too."""
    for answer in (client.get(path), client.get(path, headers={"Authorization": ""})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in policy
        assert "server" not in answer.headers


def pieces(size: int) -> Iterator[bytes]:
    """So many bytes, of an unknown length to the server."""
    for _ in range(size // 65536):
        yield bytes(65536)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/uploads"), ("PATCH", f"/api/projects/{'0' * 16}")]
)
def test_bodies_are_bounded(client: TestClient, method: str, path: str) -> None:
    """Said in advance or not."""
    for content in (bytes(2 * MIB), pieces(2 * MIB)):
        answer = client.request(method, path, content=content)
        assert answer.status_code == 413
        assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..%5csettings.py",
        "/static/%00",
        "/static/lib",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_page(client: TestClient, path: str) -> None:
    """Files beside the page's own are not served."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text


def test_a_fault_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong inside is told on the terminal, and one sentence here."""
    studio = made_studio(tmp_path / "library")

    def fault() -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(studio.library, "projects", fault)
    with running(studio) as client:
        bold = TestClient(client.app, base_url=ROOT, headers=BEARER, raise_server_exceptions=False)
        answer = bold.get("/api/projects")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert set(answer.json()) == {"error"}
