"""One HTTP request for a file or the rest of it, with its failures sorted and said plainly."""

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from masklet.checkpoints.part import Tag
from masklet.errors import DownloadError

CHUNK = 1 << 20
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
WEB_PAGES = ("text/html", "application/xhtml+xml")


class DroppedError(Exception):
    """The connection failed in a way that may pass."""


class ChangedError(DroppedError):
    """The bytes already here are of no use: the server now has another file."""


class NoConnectionError(Exception):
    """Nothing could be reached at all."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(host, reason)
        self.host = host
        self.reason = reason


class Answer(NamedTuple):
    """The final answer after redirects: bytes from ``start`` of a file that ``tag`` describes."""

    start: int
    tag: Tag
    body: HTTPResponse

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the body as they arrive. Raises DroppedError when they stop too early."""
        while chunk := self._read():
            yield chunk

    def _read(self) -> bytes:
        try:
            return self.body.read1(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise DroppedError(_reason(error)) from error


@contextmanager
def ask(address: str, held: Tag | None, offset: int, timeout: float) -> Iterator[Answer]:
    """Ask for a file, or for what follows ``offset`` if it is still the one that ``held`` tags.

    Args:
        address: http or https.
        held: tag of the bytes already here; None asks for the whole file.
        offset: bytes already here.
        timeout: seconds without a byte after which the connection counts as dropped.

    Raises:
        DroppedError: worth trying again.
        NoConnectionError: the host could not be reached.
        DownloadError: the server refuses, or sends a web page in place of the file.
    """
    headers = {"User-Agent": "masklet", "Accept-Encoding": "identity"}
    if held is not None:
        headers |= {"Range": f"bytes={offset}-", "If-Range": held.etag}
    redirects = _Redirects()
    request = urllib.request.Request(address, headers=headers)
    try:
        body = urllib.request.build_opener(redirects).open(request, timeout=timeout)
    except (OSError, http.client.HTTPException) as error:
        raise _sorted_failure(error, redirects.latest or address) from error
    with body:
        yield _answer(body, address)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects and remembers where the last one led, so that failures name that host."""

    latest = ""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: Any,
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self.latest = newurl
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _answer(body: HTTPResponse, address: str) -> Answer:
    if body.headers.get_content_type() in WEB_PAGES:
        raise DownloadError(
            f"{address} answered with a web page in place of weights; look at it in a browser: "
            "a proxy or a log-in may stand before it"
        )
    etag = body.headers.get("ETag", "")
    if not etag.startswith('"'):
        etag = ""
    if body.status != http.HTTPStatus.PARTIAL_CONTENT:
        return Answer(0, Tag(etag, _number(body.headers.get("Content-Length"))), body)
    spot = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", body.headers.get("Content-Range", "").strip())
    if spot is None:
        raise DroppedError("the server sent a piece of the file without saying which")
    return Answer(int(spot[1]), Tag(etag, int(spot[2])), body)


def _sorted_failure(error: Exception, address: str) -> Exception:
    host = urlsplit(address).netloc
    if isinstance(error, urllib.error.HTTPError):
        with error:
            return _refusal(error, address, host)
    if isinstance(error, urllib.error.URLError):
        cause = error.reason
        if isinstance(cause, ssl.SSLCertVerificationError):
            return DownloadError(
                f"{host} shows a certificate this machine does not trust ({cause.verify_message}); "
                "where a proxy stands between, point SSL_CERT_FILE at its certificate"
            )
        return NoConnectionError(host, _reason(cause))
    return DroppedError(_reason(error))


def _refusal(error: urllib.error.HTTPError, address: str, host: str) -> Exception:
    if error.code in TRY_AGAIN:
        return DroppedError(f"{host} answered {error.code} {error.reason}")
    if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return ChangedError("the file on the server is shorter than what is here")
    if error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        return DownloadError(
            f"{host} has no file at {address} ({error.code}); a mirror is chosen with HF_ENDPOINT"
        )
    if error.code in (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN):
        return DownloadError(f"{host} does not give {address} to everyone ({error.code})")
    return DownloadError(f"{host} answered {error.code} {error.reason} for {address}")


def _reason(cause: object) -> str:
    if isinstance(cause, socket.gaierror):
        return "its name is not known here"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
