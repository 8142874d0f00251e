"""The server of the dashboard: Voila on the folder of the notebooks, without its lists of files."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import url_path_join
from tornado.web import RedirectHandler
from tornado.websocket import WebSocketClosedError
from voila.app import Voila
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

LANDING = "index.ipynb"
"""The page that leads to the others; it has no code."""


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


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Shows a page."""

    async def get(self, path: str | None = None) -> None:
        """Answer with the page, and with the cookie by which it may end its kernel when left."""
        _ = self.xsrf_token
        await super().get(path)


class StillHandler(PageHandler):
    """Shows a page without code, for which Voila would start a kernel as well."""

    kernel_manager = NoKernels()


class PageSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The connection of a page to its kernel.

    One that the server has given up no longer knows its protocol, and messages that are still under
    way would be read by the rules of another one, without end.
    """

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send a message to the browser, if it is still connected."""
        if self.ws_connection is None:
            return None
        try:
            sent = super().write_message(message, binary)
        except WebSocketClosedError:
            return None
        if sent is not None:
            sent.add_done_callback(_retrieve)
        return sent

    def on_message(self, ws_message: Any) -> None:
        """Hand a message of the browser to the kernel, if it is still connected."""
        if self.ws_connection is not None:
            super().on_message(ws_message)


def _retrieve(sent: asyncio.Future[None]) -> None:
    """Accept that a page was closed before its message came; raise any other failure."""
    error = None if sent.cancelled() else sent.exception()
    if error is not None and not isinstance(error, WebSocketClosedError):
        raise error


class Site(Voila):  # type: ignore[misc]
    """Voila that opens `LANDING` where it would list the files of its folder."""

    def init_settings(self) -> Any:
        """Return the settings of the server."""
        self.voila_configuration.multi_kernel_manager_class = Kernels
        # tornado warns of the time that Jupyter gives browsers to answer a ping; a shorter
        # one would be over at the first ping and every page lose its connection
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        return super().init_settings()

    def init_handlers(self) -> list[Any]:
        """Return the routes."""
        routes: list[Any] = []
        if not self.notebook_path:
            landing = url_path_join(self.base_url, "voila/render", LANDING)
            opened = {"url": landing, "permanent": False}
            routes.append((self.server_url, RedirectHandler, opened))
        for pattern, handler, *options in super().init_handlers():
            if handler is TornadoVoilaHandler:
                still = url_path_join(self.server_url, "voila/render", f"({re.escape(LANDING)})")
                routes += [(still, StillHandler, *options), (pattern, PageHandler, *options)]
            elif handler is VoilaKernelWebsocketHandler:
                routes.append((pattern, PageSocket, *options))
            elif handler not in (TornadoVoilaTreeHandler, VoilaContentsHandler):
                routes.append((pattern, handler, *options))
        return routes
