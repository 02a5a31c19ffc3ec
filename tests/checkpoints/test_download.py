"""A download against a real server on this machine, well behaved and not."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Site, serving

from masklet.checkpoints.download import Patience, Progress, Wanted, download
from masklet.checkpoints.part import sole_owner
from masklet.checkpoints.store import part_of
from masklet.errors import CheckpointError, DownloadError

BODY = os.urandom(300_000)
QUICK = Patience(attempts=3, pause=0.01, timeout=5.0)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(BODY)) as site:
        yield site


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "store" / "sam2.1_hiera_tiny.pt"


def wanted(site: Site, target: Path, page: str = "/file", sha256: str = "") -> Wanted:
    return Wanted(
        name="sam2.1-hiera-tiny", address=f"{site.base}{page}", target=target, sha256=sha256
    )


def accept(path: Path) -> None:
    assert path.read_bytes() == BODY


def left_over(target: Path) -> set[str]:
    return {path.name for path in target.parent.iterdir() if path.suffix != ".lock"}


def test_a_file_arrives_whole_with_progress_to_its_size(site: Site, target: Path) -> None:
    seen: list[Progress] = []
    path = download(wanted(site, target), verify=accept, progress=seen.append, patience=QUICK)
    assert path.read_bytes() == BODY
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert left_over(target) == {target.name}


def test_a_file_that_is_there_is_not_fetched_again(site: Site, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert site.asked == []
    assert target.read_bytes() == b"mine"


def test_a_dropped_connection_goes_on_where_it_stopped(site: Site, target: Path) -> None:
    site.drops = [100_000, 50_000]
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == [None, "bytes=100000-", "bytes=150000-"]


def test_a_slow_line_that_brings_bytes_each_time_is_not_given_up(site: Site, target: Path) -> None:
    site.drops = [40_000] * 7
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert len(site.asked) == 8


def test_a_later_run_goes_on_where_an_earlier_gave_up(site: Site, target: Path) -> None:
    site.drops = [100_000, 0, 0]
    with pytest.raises(DownloadError, match=r"100,000 bytes that arrived are kept"):
        download(wanted(site, target), verify=accept, patience=QUICK)
    assert not target.exists()
    assert part_of(target).read_bytes() == BODY[:100_000]
    site.asked.clear()
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == ["bytes=100000-"]


def test_without_ranges_it_starts_over(site: Site, target: Path) -> None:
    site.ranges = False
    site.drops = [100_000]
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY


def put_part(target: Path, body: bytes, note: str) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(body)
    part_of(target).with_name(part_of(target).name + ".json").write_text(note)


def test_a_changed_file_starts_over(site: Site, target: Path) -> None:
    put_part(target, b"x" * 1000, json.dumps({"etag": '"older"', "size": len(BODY)}))
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == ["bytes=1000-"]


def test_a_server_that_would_join_two_files_is_noticed(site: Site, target: Path) -> None:
    site.heeds_if_range = False
    put_part(target, b"x" * 1000, json.dumps({"etag": '"older"', "size": len(BODY)}))
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == ["bytes=1000-", None]


def test_a_whole_part_needs_no_connection(site: Site, target: Path) -> None:
    put_part(target, BODY, json.dumps({"etag": site.tag(), "size": len(BODY)}))
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == []


@pytest.mark.parametrize("note", ["{", '{"etag": 3, "size": 5}', "[]", '{"etag": "W/\\"x\\""}'])
def test_a_damaged_note_starts_over(site: Site, target: Path, note: str) -> None:
    put_part(target, b"x" * 1000, note)
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY
    assert site.asked == [None]


def test_a_weak_tag_is_never_gone_on_from(site: Site, target: Path) -> None:
    site.etag = 'W/"abc"'
    site.drops = [100_000]
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert site.asked == [None, None]
    assert target.read_bytes() == BODY


def test_a_part_longer_than_the_file_starts_over(site: Site, target: Path) -> None:
    put_part(target, b"x" * 400_000, json.dumps({"etag": site.tag(), "size": len(BODY)}))
    site.refusals = [416]
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY


def test_redirects_are_followed_and_the_last_size_counts(site: Site, target: Path) -> None:
    seen: list[Progress] = []
    download(wanted(site, target, "/moved"), verify=accept, progress=seen.append, patience=QUICK)
    assert seen[0].total == len(BODY)
    assert target.read_bytes() == BODY


def test_a_resumed_request_keeps_its_range_through_a_redirect(site: Site, target: Path) -> None:
    site.drops = [100_000]
    download(wanted(site, target, "/moved"), verify=accept, patience=QUICK)
    assert site.asked == [None, None, "bytes=100000-", "bytes=100000-"]
    assert target.read_bytes() == BODY


def test_a_size_that_is_never_reached_is_an_error(site: Site, target: Path) -> None:
    site.claim = len(BODY) + 10
    site.ranges = False
    with pytest.raises(DownloadError, match=r"300,000 of 300,010 bytes"):
        download(wanted(site, target), verify=accept, patience=QUICK)
    assert not target.exists()


def test_a_server_that_names_no_size_is_read_to_the_end(site: Site, target: Path) -> None:
    site.announce = False
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY


def test_a_busy_server_is_asked_again(site: Site, target: Path) -> None:
    site.refusals = [503, 429]
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "has no file at"), (401, "does not give"), (403, "does not give"), (418, "418")],
)
def test_a_refusal_is_final_and_plain(site: Site, target: Path, status: int, words: str) -> None:
    site.refusals = [status] * 5
    with pytest.raises(DownloadError, match=words):
        download(wanted(site, target), verify=accept, patience=QUICK)
    assert len(site.asked) == 1
    assert left_over(target) == set()


def test_a_web_page_in_place_of_weights_is_told_apart(site: Site, target: Path) -> None:
    site.kind = "text/html; charset=utf-8"
    with pytest.raises(DownloadError, match="web page in place of weights"):
        download(wanted(site, target), verify=accept, patience=QUICK)
    assert left_over(target) == set()


def test_a_wrong_file_is_not_kept(site: Site, target: Path) -> None:
    def refuse(path: Path) -> None:
        raise CheckpointError(f"{path.name} holds no tensors")

    with pytest.raises(DownloadError, match=r"not the weights of .*no tensors"):
        download(wanted(site, target), verify=refuse, patience=QUICK)
    assert left_over(target) == set()


def test_a_known_digest_is_checked(site: Site, target: Path) -> None:
    with pytest.raises(DownloadError, match="sha256"):
        download(wanted(site, target, sha256="0" * 64), verify=accept, patience=QUICK)
    assert left_over(target) == set()


def test_offline_says_what_to_do(target: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        file = Wanted(name="sam2.1-hiera-tiny", address=f"http://{address}/f", target=target)
        with pytest.raises(DownloadError) as caught:
            download(file, verify=accept)
    message = str(caught.value)
    assert f"no connection to {address}" in message
    assert "`masklet weights get sam2.1-hiera-tiny`" in message
    assert f"copy {target.name} to {target}" in message


def test_a_silent_server_times_out(site: Site, target: Path) -> None:
    site.hold = threading.Event()
    hasty = Patience(attempts=2, pause=0.01, timeout=0.2)
    try:
        with pytest.raises(DownloadError, match="no answer in time"):
            download(wanted(site, target), verify=accept, patience=hasty)
    finally:
        site.hold.set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_said_plainly(site: Site, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).symlink_to("/dev/full")
    with pytest.raises(DownloadError, match="disk is full"):
        download(wanted(site, target), verify=accept, patience=QUICK)
    assert not target.exists()


def test_a_folder_that_cannot_be_made_is_said_plainly(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="MASKLET_HOME"):
        download(wanted(site, tmp_path / "file" / "x.pt"), verify=accept, patience=QUICK)


def test_a_second_process_does_not_touch_the_first_ones_bytes(site: Site, target: Path) -> None:
    target.parent.mkdir()
    code = (
        "import sys; from pathlib import Path\n"
        "from masklet.checkpoints.part import sole_owner\n"
        "with sole_owner(Path(sys.argv[1])):\n    print('held', flush=True); input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DownloadError, match="another process is fetching"):
            download(wanted(site, target), verify=accept, patience=QUICK)
        assert site.asked == []
        other.communicate("\n")
    with sole_owner(target):
        pass
    download(wanted(site, target), verify=accept, patience=QUICK)
    assert target.read_bytes() == BODY


def test_other_kinds_of_address_are_refused(tmp_path: Path) -> None:
    file = Wanted(name="x", address=f"file://{tmp_path}", target=tmp_path / "x.pt")
    with pytest.raises(DownloadError, match="http"):
        download(file, verify=accept)
