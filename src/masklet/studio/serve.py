"""Serving a studio on a port until it is told to stop."""

import gc
import socket
import threading
import webbrowser
from urllib.parse import quote

import uvicorn

from masklet.errors import MaskletError
from masklet.studio.settings import Settings
from masklet.studio.studio import Studio
from masklet.studio.web.app import create_app
from masklet.studio.wire.messages import MOST_COUNTS

DEFAULT_PORT = 8123
TRIED_PORTS = 50
MOST_MESSAGE = MOST_COUNTS + 2**16
SECONDS_TO_END = 5


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket.

    Args:
        port: None is 8123 or the next that is free; 0 is any.

    Raises:
        MaskletError: the port is taken, or the host is no address of this machine.
    """
    ports = range(DEFAULT_PORT, DEFAULT_PORT + TRIED_PORTS) if port is None else (port,)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    for number in ports:
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            listening.close()
            reason = getattr(error, "strerror", None) or str(error)
        else:
            return listening
    raise MaskletError(f"--host={host} --port={ports[0]}: cannot listen there ({reason})")


def address_of(listening: socket.socket, settings: Settings, project: str | None) -> str:
    """What to open in a browser."""
    port = listening.getsockname()[1]
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    name = f"[{host}]" if ":" in host else host
    place = f"#/project/{project}" if project else ""
    return f"http://{name}:{port}/?token={quote(settings.token, safe='')}{place}"


def open_browser(address: str) -> None:
    """Show the address in the user's browser, which may take its time."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def serve(studio: Studio, listening: socket.socket) -> None:
    """Answer requests until SIGINT or SIGTERM; runs are ended and stored then.

    Raises:
        KeyboardInterrupt: after Ctrl-C, once everything is closed.
    """
    config = uvicorn.Config(
        create_app(studio),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=MOST_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
    gc.collect()
    gc.freeze()  # what importing made stays: looking through it again would hold up clicks
    uvicorn.Server(config).run(sockets=[listening])
