"""Serves the pages of the dashboard with Voila on this machine."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from surrogate_app.common.resources import jupyter_data_dir, notebooks_dir, voila_config_dir

HOST = "127.0.0.1"
"""The address that is listened to unless another one is asked for: this machine alone."""

DEFAULT_PORT = 8866
"""Port that is tried first if none is asked for."""

KERNEL_MEMORY = 150 * 2**20
"""Bytes that the kernel of a page takes."""

MEMORY_SHARE = 0.75
"""Part of the memory that the kernels of visitors may take together."""

_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

_TRIES = 50

_PATH = re.compile(r"/([\w.~%-]+/)*", re.ASCII)

_ORIGIN = re.compile(r"https?://[\w.*-]+(:\d+)?", re.ASCII)


def serve(
    port: int | None = None,
    open_browser: bool = True,
    notebook: str | Path | None = None,
    host: str = HOST,
    base_url: str = "/",
    origin: str | None = None,
    frame_ancestors: Sequence[str] = (),
    max_visitors: int | None = None,
    preheat: bool = True,
) -> None:
    """Serve the dashboard until Ctrl-C.

    Kernels that nobody looks at any more are ended. The settings are those of
    voila.json beside this module.

    Parameters
    ----------
    port : int, optional
        Port to listen at; by default the first free one from 8866 on.
    open_browser : bool
        Whether to open the page in a browser.
    notebook : path, optional
        The only notebook to serve; by default all pages, beginning with the one that leads to
        them.
    host : str
        Address to listen at; "0.0.0.0" for all of this machine, which lets others in.
    base_url : str
        Path at which browsers see the server, if it is behind a proxy; pages are served there and
        at "/".
    origin : str, optional
        Where browsers see the server, such as "https://hub.example", if the proxy does not hand on
        the name of the host.
    frame_ancestors : sequence of str
        Origins whose pages may show those of the server in a frame.
    max_visitors : int, optional
        Largest number of pages open at a time; later visitors are asked to wait. By default as
        many as there is memory for, see `visitors_that_fit`.
    preheat : bool
        Whether the next kernel of each page is started ahead of its visitor.

    Raises
    ------
    ValueError
        If the port is taken or not a port, if there is no such notebook, or if a path, an origin or
        a number makes no sense; one sentence.
    """
    path = Path(notebook) if notebook else notebooks_dir()
    if notebook and not path.is_file():
        raise ValueError(f"there is no notebook {path}")
    if not _PATH.fullmatch(base_url):
        raise ValueError(
            "the path of the server begins and ends with a slash and has letters, digits and "
            f"-._~% between its slashes, got {base_url!r}"
        )
    for each in (*filter(None, [origin]), *frame_ancestors):
        if not _ORIGIN.fullmatch(each):
            raise ValueError(f"an origin looks like https://hub.example, got {each!r}")
    if max_visitors is not None and max_visitors < 1:
        raise ValueError(f"at least one visitor must be admitted, got {max_visitors}")
    chosen = choose_port(port, host)

    from surrogate_app.app.site import Site

    paths = filter(None, [str(jupyter_data_dir()), os.environ.get("JUPYTER_PATH")])
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
    if host != "0.0.0.0":
        os.environ["VOILA_APP_IP"] = host  # where kernels ask for the address of their page
    server = Site(
        config_file_paths=[str(voila_config_dir())],
        frame_ancestors=list(frame_ancestors),
        max_visitors=max_visitors or visitors_that_fit(memory()),
        tornado_settings={"allow_origin": origin} if origin else {},
    )
    server.initialize(
        [
            str(path),
            f"--port={chosen}",
            f"--Voila.ip={host}",
            f"--Voila.base_url={base_url}",
            "--Voila.port_retries=0",
            f"--Voila.open_browser={open_browser}",
            f"--VoilaConfiguration.preheat_kernel={preheat}",
            "--Voila.log_level=ERROR",
        ]
    )
    print(f"The dashboard is at http://{host}:{chosen}{base_url} (Ctrl-C ends it)", flush=True)
    server.start()


def memory() -> int:
    """Return the bytes of memory that this machine, or the container that this runs in, has."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in _LIMITS:
        with suppress(OSError, ValueError):  # no such limit, or the word "max" for none
            size = min(size, int(file.read_text(encoding="utf-8")))
    return size


def visitors_that_fit(size: int) -> int:
    """Return how many visitors are admitted with so much memory, at least one.

    Parameters
    ----------
    size : int
        Memory in bytes.

    Examples
    --------
    >>> visitors_that_fit(2 * 2**30)
    10
    """
    return max(1, int(MEMORY_SHARE * size / KERNEL_MEMORY))


def choose_port(port: int | None, host: str = HOST) -> int:
    """Return `port` if it is free, or the first free one from `DEFAULT_PORT` on if it is None.

    Parameters
    ----------
    port : int or None
        Port that was asked for.
    host : str
        Address to listen at.

    Returns
    -------
    int
        A port that was free a moment ago.

    Raises
    ------
    ValueError
        If the port is taken or none, or if the address is not one of this machine; one sentence
        that says so.
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
    except OSError:
        raise ValueError(f"{host!r} is not an IPv4 address of this machine") from None
    if port is not None:
        if not 1 <= port <= 65535:
            raise ValueError(f"a port is a number from 1 to 65535, got {port}")
        if not _is_free(port, host):
            raise ValueError(
                f"port {port} is taken by another program: choose another one or leave it out"
            )
        return port
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIES):
        if _is_free(candidate, host):
            return candidate
    raise ValueError(f"no port from {DEFAULT_PORT} to {DEFAULT_PORT + _TRIES - 1} is free")


def _is_free(port: int, host: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as the server does, so that a port whose last connections linger counts as free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
