"""A real HTTP server on this machine that can be told to misbehave."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What the server gives, and what it was asked.

    Attributes:
        body: the one file there is, at every address but ``/moved``, which redirects to it.
        ranges: whether a part of the file can be asked for.
        heeds_if_range: whether a part is refused when the file has changed.
        drops: for each coming request, after how many bytes the connection closes.
        refusals: for each coming request, a status to answer in place of the file.
        claim: Content-Length to announce in place of the true one.
        announce: whether to send a Content-Length.
        hold: answers nothing until this is set.
        asked: the Range header of every request so far.
    """

    body: bytes
    etag: str = ""
    ranges: bool = True
    heeds_if_range: bool = True
    kind: str = "application/octet-stream"
    drops: list[int] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    claim: int | None = None
    announce: bool = True
    hold: threading.Event | None = None
    base: str = ""
    asked: list[str | None] = field(default_factory=list)

    def tag(self) -> str:
        """The ETag: the one set, or one made of the bytes."""
        return self.etag or f'"{hashlib.md5(self.body).hexdigest()}"'


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        site.asked.append(self.headers.get("Range"))
        if site.hold is not None:
            site.hold.wait(20)
        if self.path == "/moved":
            self._redirect()
        elif site.refusals:
            self.send_error(site.refusals.pop(0))
        else:
            self._send_file()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"{self.site.base}/file")
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"go away")

    def _send_file(self) -> None:
        site, start = self.site, self._start()
        self.send_response(206 if start else 200)
        if start:
            self.send_header(
                "Content-Range", f"bytes {start}-{len(site.body) - 1}/{len(site.body)}"
            )
        body = site.body[start:]
        if site.announce:
            length = site.claim if site.claim is not None else len(body)
            self.send_header("Content-Length", str(length))
        self.send_header("Content-Type", site.kind)
        self.send_header("ETag", site.tag())
        self.end_headers()
        self.wfile.write(body[: site.drops.pop(0)] if site.drops else body)
        self.close_connection = True

    def _start(self) -> int:
        wanted = self.headers.get("Range")
        if wanted is None or not self.site.ranges:
            return 0
        condition = self.headers.get("If-Range")
        if self.site.heeds_if_range and condition not in (None, self.site.tag()):
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a site on a free port until the block ends; its address is in ``site.base``."""
    handler = type("Handler", (_Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        site.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
