"""The names under which a server answers: another site's name that points here is refused."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from masklet.studio.settings import LOOPBACK

EVERYWHERE = ("0.0.0.0", "::", "")


class Hosts:
    """The names that fit the address on which a server listens.

    Args:
        host: that address. Where it is every address of the machine, any address in numbers is
            one of them, and so is the machine's own name; a web page cannot have such a name
            point here.
    """

    def __init__(self, host: str) -> None:
        self._everywhere = host in EVERYWHERE
        self._names = {name.casefold() for name in (*LOOPBACK, host)}
        if self._everywhere:
            self._names.add(socket.gethostname().casefold())

    def serve(self, given: Sequence[str]) -> bool:
        """Whether the Host headers of a request name this server, and only it."""
        if len(given) != 1:
            return False
        name = host_name(given[0])
        return name in self._names or (self._everywhere and _is_number(name))


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty if there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def is_same_origin(headers: Headers) -> bool:
    """Whether a request comes from a page of this server, or from no page at all."""
    origins = headers.getlist("origin")
    if not origins:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    scheme, _, place = origins[0].partition("://")
    return len(origins) == 1 and scheme in ("http", "https") and place == headers.get("host")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
