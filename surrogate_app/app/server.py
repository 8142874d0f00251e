"""Serves the pages of the dashboard with Voila on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

from surrogate_app.common.resources import notebooks_dir, voila_config_dir

HOST = "127.0.0.1"
"""The only address that is listened to."""

DEFAULT_PORT = 8866
"""Port that is tried first if none is asked for."""

_TRIES = 50


def serve(
    port: int | None = None,
    open_browser: bool = True,
    notebook: str | Path | None = None,
) -> None:
    """Serve the dashboard until Ctrl-C.

    The next kernel of each page is started ahead of its visitor; kernels that nobody looks at any
    more are ended. The settings are those of voila.json beside this module.

    Parameters
    ----------
    port : int, optional
        Port to listen at; by default the first free one from 8866 on.
    open_browser : bool
        Whether to open the page in a browser.
    notebook : path, optional
        The only notebook to serve; by default all pages, beginning with the one that leads to
        them.

    Raises
    ------
    ValueError
        If the port is taken or not a port, or if there is no such notebook; one sentence.
    """
    path = Path(notebook) if notebook else notebooks_dir()
    if notebook and not path.is_file():
        raise ValueError(f"there is no notebook {path}")
    chosen = choose_port(port)

    from surrogate_app.app.site import Site

    server = Site(config_file_paths=[str(voila_config_dir())])
    server.initialize(
        [
            str(path),
            f"--port={chosen}",
            f"--Voila.ip={HOST}",
            "--Voila.port_retries=0",
            f"--Voila.open_browser={open_browser}",
            "--Voila.log_level=ERROR",
        ]
    )
    print(f"The dashboard is at http://{HOST}:{chosen}/ (Ctrl-C ends it)", flush=True)
    server.start()


def choose_port(port: int | None) -> int:
    """Return `port` if it is free, or the first free one from `DEFAULT_PORT` on if it is None.

    Parameters
    ----------
    port : int or None
        Port that was asked for.

    Returns
    -------
    int
        A port that was free a moment ago.

    Raises
    ------
    ValueError
        If the port is taken or none; one sentence that says so.
    """
    if port is not None:
        if not 1 <= port <= 65535:
            raise ValueError(f"a port is a number from 1 to 65535, got {port}")
        if not _is_free(port):
            raise ValueError(
                f"port {port} is taken by another program: choose another one or leave it out"
            )
        return port
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIES):
        if _is_free(candidate):
            return candidate
    raise ValueError(f"no port from {DEFAULT_PORT} to {DEFAULT_PORT + _TRIES - 1} is free")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as the server does, so that a port whose last connections linger counts as free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
