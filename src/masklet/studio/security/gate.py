"""The door before every route: host, origin, token and size are checked, answers are marked."""

import hmac
import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from masklet.studio.security.bodies import body_limit, bounded
from masklet.studio.security.hosts import Hosts, is_same_origin
from masklet.studio.settings import Settings
from masklet.studio.wire.views import ErrorView

COOKIE = "masklet"
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
MARKS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WELCOME = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>masklet studio</title>"
    "<h1>Open the address that masklet studio printed</h1>"
    "<p>It carries the token that lets this page in.</p></html>"
)


class Gate:
    """An ASGI application around another one.

    Args:
        app: what lies behind the door.
        settings: its token, host and limits.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._hosts = Hosts(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "http":
            send = _marking(send)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
            return
        if scope["type"] == "http":
            receive = bounded(receive, body_limit(scope, self._settings.limits))
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is not let in."""
        headers = Headers(scope=scope)
        if not self._hosts.serve(headers.getlist("host")):
            return _error(403, "this address is not one that the studio serves under")
        foreign = scope["type"] == "websocket" or scope["method"] not in SAFE
        if foreign and not is_same_origin(headers):
            return _error(403, "the request comes from another page than the studio's")
        if headers.get("sec-fetch-site", "none") == "cross-site" and scope["path"] != "/":
            return _error(403, "the request comes from another page than the studio's")
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token")
            if given is not None:
                return self._entry(given, headers)
        if self._is_known(headers):
            return None
        if scope["path"] == "/":
            return HTMLResponse(WELCOME, status_code=401)
        return _error(401, "open the address that masklet studio printed: it carries the token")

    def _entry(self, given: Iterable[str], headers: Headers) -> Response:
        """Keep the token in a cookie and take it out of the address bar.

        After a link on another site, a browser would not send the cookie along with a redirect;
        so our own page goes on there.
        """
        if not any(self._fits(token) for token in given):
            return HTMLResponse(WELCOME, status_code=401)
        if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
            answer = RedirectResponse("/", status_code=303)
        else:
            answer = HTMLResponse("", headers={"Refresh": "0;url=/"})
        token, name = self._settings.token, cookie_name(headers)
        answer.set_cookie(name, token, httponly=True, samesite="strict")
        return answer

    def _is_known(self, headers: Headers) -> bool:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._fits(bearer.strip()):
            return True
        return any(self._fits(token) for token in _cookies(headers, cookie_name(headers)))

    def _fits(self, token: str) -> bool:
        """Compares in a time that does not depend on where they differ."""
        return hmac.compare_digest(token.encode(), self._settings.token.encode())


def cookie_name(headers: Headers) -> str:
    """The cookie's name has the port in it: cookies are shared by all ports of a host."""
    port = headers.get("host", "").rpartition(":")[2]
    return f"{COOKIE}-{port}" if port.isascii() and port.isdigit() else COOKIE


def _cookies(headers: Headers, name: str) -> list[str]:
    found = []
    for line in headers.getlist("cookie"):
        try:
            cookie = SimpleCookie(line).get(name)
        except CookieError:
            continue
        if cookie is not None:
            found.append(cookie.value)
    return found


def _error(status: int, text: str) -> Response:
    return JSONResponse(ErrorView(error=text).model_dump(), status_code=status)


def _marking(send: Send) -> Send:
    """Adds the headers that say what a browser may do with an answer."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in MARKS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-cache")
        await send(message)

    return marked


async def _refuse(refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await refusal(scope, receive, send)
    else:
        reason = json.loads(bytes(refusal.body))["error"]
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
