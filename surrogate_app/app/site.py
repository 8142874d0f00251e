"""The server of the dashboard: Voila on the folder of the notebooks, without its lists of files."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import struct
import subprocess
from functools import partial
from operator import le
from typing import Any

import traitlets
from jupyter_server.base.handlers import Template404
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ensure_async, url_path_join
from tornado.web import HTTPError, RedirectHandler, RequestHandler
from tornado.websocket import WebSocketClosedError
from voila.app import Voila
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import (
    VoilaKernelWebsocketHandler,
    read_header_from_binary_message,
)
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from surrogate_app.app.bundle import packed_plotly, plotly_version
from surrogate_app.app.policy import headers

LANDING = "index.ipynb"
"""The page that leads to the others; it has no code."""

UNUSED = (AllowListFileHandler, TornadoVoilaTreeHandler, VoilaContentsHandler)
"""What Voila would serve besides: files of the notebooks' folder and lists of them."""

PROTOCOL = "v1.kernel.websocket.jupyter.org"
"""What pages and their kernels speak."""

WITHHELD = ("error", "stream")
"""Messages that no page shows: tracebacks and logs, which name paths of the server."""

LEAST_OFFSETS = 6
"""Of a message without buffers: where its five parts begin, and where it ends."""

MAX_BODY = 2**16
"""Bytes of the largest request that is read; Tornado would keep 100 MB in memory."""

KEEP = 365 * 24 * 3600
"""Seconds for which browsers keep a file whose address names its version."""

RETRY = 60
"""Seconds after which a visitor who found no place is asked to try again."""


class Kernels(AsyncMappingKernelManager):
    """Kernels that leave the terminal alone; what goes wrong in them, the page says."""

    async def start_kernel(self, **options: Any) -> Any:  # type: ignore[override]
        """Start a kernel without its warnings at the start and its traceback at Ctrl-C."""
        return await super().start_kernel(stderr=subprocess.DEVNULL, **options)


class NoKernels:
    """Takes the place of the kernel manager for a page that needs no kernel."""

    notebook_data: dict[str, Any] = {}  # noqa: RUF012

    def get_pool_size(self, _notebook: str) -> int:
        """Return the number of kernels that wait for a visitor."""
        return 0

    async def start_kernel(self, **_options: Any) -> str:
        """Return the identifier of no kernel."""
        return ""

    def get_kernel(self, _kernel_id: str) -> None:
        """Return no kernel."""


class Seats:
    """Counts the visitors: a kernel belongs to each page that is open.

    Parameters
    ----------
    kernels : object
        The kernel manager, which also holds kernels that wait for a visitor.
    limit : int
        Largest number of visitors at a time.
    """

    def __init__(self, kernels: Any, limit: int) -> None:
        self.kernels, self.limit = kernels, limit
        self.opening: set[Visit] = set()
        self._taken: set[str] = set()

    @property
    def full(self) -> bool:
        """Whether no further visitor can be admitted."""
        self._taken.intersection_update(self.kernels.list_kernel_ids())
        return len(self._taken) + len(self.opening) >= self.limit

    def take(self, visit: Visit, kernel_id: str) -> None:
        """Count a kernel instead of the visit that it was started for."""
        self.opening.discard(visit)
        self._taken.add(kernel_id)


class Visit:
    """Takes the place of the kernel manager while a page is opened, and notes its kernel.

    Parameters
    ----------
    seats : Seats
        Where the visitor is counted, at once and until the page is closed.
    """

    def __init__(self, seats: Seats) -> None:
        self._seats, self._kernels = seats, seats.kernels
        seats.opening.add(self)

    @property
    def notebook_data(self) -> dict[str, Any]:
        """What has been rendered ahead of visitors, by notebook."""
        data: dict[str, Any] = self._kernels.notebook_data
        return data

    def get_pool_size(self, notebook: str) -> int:
        """Return the number of kernels that wait for a visitor."""
        size: int = self._kernels.get_pool_size(notebook)
        return size

    def get_kernel(self, kernel_id: str) -> Any:
        """Return a kernel."""
        return self._kernels.get_kernel(kernel_id)

    async def start_kernel(self, **options: Any) -> str:
        """Start a kernel for this visitor and return its identifier."""
        kernel_id: str = await ensure_async(self._kernels.start_kernel(**options))
        self._seats.take(self, kernel_id)
        return kernel_id

    async def get_rendered_notebook(self, **options: Any) -> Any:
        """Return a page that was rendered ahead of this visitor, with its kernel."""
        found = await self._kernels.get_rendered_notebook(**options)
        self._seats.take(self, found[-1])
        return found

    def end(self) -> None:
        """No longer count this visit, if it has led to no kernel."""
        self._seats.opening.discard(self)


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Shows a page, or that there are too many visitors."""

    kernel_manager: Any = None

    async def get(self, path: str | None = None) -> None:
        """Answer with the page, and with the cookie by which it may end its kernel when left."""
        seats: Seats = self.settings["seats"]
        if seats.full:
            self.set_status(503)
            self.set_header("Retry-After", str(RETRY))
            self.finish(self.render_template("full.html", limit=seats.limit, retry=RETRY))
            return
        _ = self.xsrf_token
        self.kernel_manager = visit = Visit(seats)
        try:
            await super().get(path)
        finally:
            visit.end()


class StillHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Shows a page without code, for which Voila would start a kernel as well."""

    kernel_manager = NoKernels()


class Declared:
    """Forbids browsers to guess the type of a file from its content."""

    def set_extra_headers(self, _path: str) -> None:
        """Add the header that says so."""
        self.set_header("X-Content-Type-Options", "nosniff")  # type: ignore[attr-defined]


def is_message(frame: str | bytes) -> bool:
    r"""Whether a frame of a websocket is a message of the protocol of pages.

    It begins with the number of its offsets and these, all of 8 bytes; the parts between them
    follow: a channel, header, parent, metadata, content, and any buffers. Jupyter would read as
    many offsets as a frame claims to have, up to 2⁶⁴.

    Parameters
    ----------
    frame : str or bytes
        What a browser sent.

    Examples
    --------
    >>> is_message(b"\xff" * 100)
    False
    """
    if isinstance(frame, str) or len(frame) < 8:
        return False
    number = int.from_bytes(frame[:8], "little")
    start = 8 * (number + 1)
    if number < LEAST_OFFSETS or start > len(frame):
        return False
    offsets = struct.unpack_from(f"<{number}Q", frame, 8)
    return offsets[0] == start and offsets[-1] == len(frame) and all(map(le, offsets, offsets[1:]))


class PageSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The connection of a page to its kernel, by the protocol of pages and no older one.

    Voila reads all messages by the rules of that protocol; those of another one, and those still
    under way to a connection that was given up and no longer knows its own, it would read without
    end.
    """

    async def pre_get(self) -> None:
        """Refuse a browser that does not speak the protocol of pages."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if PROTOCOL not in map(str.strip, offered.split(",")):
            raise HTTPError(400, f"connect by the protocol {PROTOCOL}")
        await super().pre_get()

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send a message to the browser, if it is still connected, but no traceback."""
        if self.ws_connection is None:
            return None
        if isinstance(message, bytes):
            header = read_header_from_binary_message(message)
            if header and header.get("msg_type") in WITHHELD:
                return None
        try:
            sent = super().write_message(message, binary)
        except WebSocketClosedError:
            return None
        if sent is not None:
            sent.add_done_callback(_retrieve)
        return sent

    def on_message(self, ws_message: Any) -> None:
        """Hand a message of the browser to the kernel, if it is one and still connected."""
        if self.ws_connection is None:
            return
        if not is_message(ws_message):
            self.close(1003, "no message of a page")
            return
        super().on_message(ws_message)


def _retrieve(sent: asyncio.Future[None]) -> None:
    """Accept that a page was closed before its message came; raise any other failure."""
    error = None if sent.cancelled() else sent.exception()
    if error is not None and not isinstance(error, WebSocketClosedError):
        raise error


def with_plotly(page_config: dict[str, Any], **_page: Any) -> dict[str, Any]:
    """Tell a page where the server has plotly, so that the page loads it at once.

    Parameters
    ----------
    page_config : dict
        What the template of the page knows.
    """
    address = f"{page_config['fullStaticUrl']}/plotly.js?v={plotly_version()}"
    return {**page_config, "plotlyUrl": address}


class PlotlyHandler(RequestHandler):
    """Gives plotly's JavaScript, compressed; the version is in the address, so browsers keep it."""

    def get(self) -> None:
        """Answer with the file."""
        self.set_header("Content-Type", "text/javascript")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", f"public, max-age={KEEP}, immutable")
        self.set_header("Vary", "Accept-Encoding")
        content = packed_plotly()
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
        else:
            content = gzip.decompress(content)
        self.finish(content)


class Site(Voila):  # type: ignore[misc]
    """Voila that opens `LANDING` where it would list the files of its folder."""

    max_visitors = traitlets.Integer(1, help="Largest number of visitors at a time.")
    frame_ancestors = traitlets.List(
        traitlets.Unicode(), help="Origins whose pages may show these in a frame."
    )

    def init_settings(self) -> Any:
        """Return the settings of the server."""
        self.voila_configuration.multi_kernel_manager_class = Kernels
        self.voila_configuration.page_config_hook = with_plotly
        # tornado warns of the time that Jupyter gives browsers to answer a ping; a shorter
        # one would be over at the first ping and every page lose its connection
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        settings = super().init_settings()
        settings["seats"] = Seats(settings["kernel_manager"], self.max_visitors)
        settings["headers"] = headers(self.frame_ancestors)
        settings["xsrf_cookie_kwargs"] = {"path": self.base_url}  # a hub has cookies of its own
        settings["default_handler_class"] = Template404
        return settings

    def listen(self) -> None:
        """Serve until the end, without taking large requests: pages and files come by sockets."""
        self.app.listen = partial(self.app.listen, max_body_size=MAX_BODY)
        super().listen()

    def init_handlers(self) -> list[Any]:
        """Return the routes, below the path at which browsers see the server and without it.

        A proxy may take the path off, as that of nanoHUB does with the first request of a
        connection only.
        """
        routes: list[Any] = []
        for prefix in dict.fromkeys((self.base_url, "/")):
            routes += self._routes(prefix)
        return routes

    def _routes(self, prefix: str) -> list[Any]:
        self.server_url = prefix
        routes: list[Any] = []
        if not self.notebook_path:
            landing = url_path_join(self.base_url, "voila/render", LANDING)
            opened = {"url": landing, "permanent": False}
            routes.append((f"{prefix.rstrip('/')}/?", RedirectHandler, opened))
        routes.append((url_path_join(prefix, "voila/static/plotly.js"), PlotlyHandler))
        for pattern, handler, *options in super().init_handlers():
            if handler is TornadoVoilaHandler:
                still = url_path_join(prefix, "voila/render", f"({re.escape(LANDING)})")
                routes += [(still, StillHandler, *options), (pattern, PageHandler, *options)]
            elif handler is VoilaKernelWebsocketHandler:
                routes.append((pattern, PageSocket, *options))
            elif handler in (MultiStaticFileHandler, TemplateStaticFileHandler):
                declared = type(handler.__name__, (Declared, handler), {})
                routes.append((pattern, declared, *options))
            elif handler not in UNUSED:
                routes.append((pattern, handler, *options))
        return routes
