"""Many visitors at a time: real pages, real kernels, sliders that move, and no browser."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import sys
import time
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from surrogate_app.app.benchmark import served
from surrogate_app.app.server import HOST, KERNEL_MEMORY, choose_port
from surrogate_app.app.site import PROTOCOL
from surrogate_app.common.timing import Figure

log = logging.getLogger(__name__)

NOTEBOOK = "voila/render/confined_electrolyte.ipynb"
"""The page that is opened."""

PAUSE = (0.5, 1.5)
"""Seconds between two moves of a slider."""

PATIENCE = 60.0
"""Seconds after which an answer counts as missing."""

SLOWER = 3.0
"""How many times longer than a single visitor one of many may wait."""

ALONE = 20
"""Moves of the single visitor."""

KEPT = 0.1
"""Part of the visitors' memory that the server may keep after they have left."""

_CONTROL = "jupyter.widget.control"
_PAGE = re.compile(r'id="jupyter-config-data"[^>]*>(.*?)</script>', re.DOTALL)


@dataclass
class Visitor:
    """Somebody who opens the page and moves its first slider.

    Parameters
    ----------
    address : str
        Address of the server, with a slash at its end.
    seed : int
        Seed of the moves and the pauses between them.
    """

    address: str
    seed: int
    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def come(self) -> None:
        """Open the page, connect to its kernel, and find the slider."""
        self._chance, self._upper = random.Random(self.seed), False
        self._cookies, text = await asyncio.to_thread(self._get)
        found = _PAGE.search(text)
        if found is None:
            raise RuntimeError("the page names no kernel")
        self.kernel = json.loads(found[1])["kernelId"]
        url = f"{self.address}api/kernels/{self.kernel}/channels".replace("http", "ws", 1)
        self._socket = await connect(
            url,
            origin=Origin(self.address.rstrip("/")),
            subprotocols=[Subprotocol(PROTOCOL)],
            additional_headers={"Cookie": "; ".join(self._cookies)},
            max_size=None,
        )
        comm = uuid.uuid4().hex
        opened = {"comm_id": comm, "target_name": _CONTROL, "data": {}}
        await self._send("comm_open", opened, {"version": "1.0.0"})
        asked = {"comm_id": comm, "data": {"method": "request_states"}}
        sent = await self._send("comm_msg", asked)
        states: dict[str, Any] = {}
        async for _kind, content in self._answers(sent):
            if content.get("comm_id") == comm:
                states = content["data"].get("states", states)
        self._slider, state = next(
            (model, described["state"])
            for model, described in states.items()
            if described["model_name"] == "FloatSliderModel"
        )
        self._range = float(state["min"]), float(state["max"])

    async def stay(self, until: float) -> None:
        """Move the slider again and again until a time of `time.monotonic`."""
        while time.monotonic() < until:
            try:
                await self.move()
            except (OSError, RuntimeError, TimeoutError) as error:
                self.errors.append(f"{type(error).__name__}: {error}")
                return

    async def move(self) -> None:
        """Pause, move the slider, and wait until the kernel has sent what the page shows of it."""
        await asyncio.sleep(self._chance.uniform(*PAUSE))
        low, high = self._range
        # in turn in the lower and the upper half: a value that stays the same redraws nothing
        self._upper = not self._upper
        place = (0.55 if self._upper else 0.25) + 0.2 * self._chance.random()
        value = low + place * (high - low)
        since = time.perf_counter()
        data = {"method": "update", "state": {"value": round(value, 3)}, "buffer_paths": []}
        sent = await self._send("comm_msg", {"comm_id": self._slider, "data": data})
        updates = 0
        async for kind, _content in self._answers(sent):
            updates += kind == "comm_msg"
        if updates < 2:  # the slider's own echo comes in any case
            raise RuntimeError("no plot followed the slider")
        self.milliseconds.append(1e3 * (time.perf_counter() - since))

    async def leave(self) -> None:
        """End the kernel, as a page does when it is left."""
        await self._socket.close()
        await asyncio.to_thread(self._end)

    def _get(self) -> tuple[list[str], str]:
        with urllib.request.urlopen(f"{self.address}{NOTEBOOK}", timeout=600) as answer:
            cookies = answer.headers.get_all("Set-Cookie") or []
            return [cookie.partition(";")[0] for cookie in cookies], answer.read().decode()

    def _end(self) -> None:
        (token,) = (c.partition("=")[2] for c in self._cookies if c.startswith("_xsrf="))
        request = urllib.request.Request(
            f"{self.address}voila/api/shutdown/{self.kernel}",
            method="POST",
            headers={"Cookie": "; ".join(self._cookies), "X-XSRFToken": token},
        )
        urllib.request.urlopen(request, timeout=60).close()

    async def _send(self, kind: str, content: dict[str, Any], metadata: Any = None) -> str:
        identifier = uuid.uuid4().hex
        header = {"msg_id": identifier, "msg_type": kind, "version": "5.3", "session": "load"}
        header |= {"username": "", "date": "2000-01-01T00:00:00Z"}
        parts = [json.dumps(part).encode() for part in (header, {}, metadata or {}, content)]
        message = serialize_msg_to_ws_v1(parts, "shell")  # type: ignore[no-untyped-call]
        await self._socket.send(message)
        return identifier

    async def _answers(self, sent: str) -> Any:
        """Yield type and content of what the kernel says to a message, until it is done with it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            frame = await asyncio.wait_for(self._socket.recv(), deadline - time.monotonic())
            _channel, parts = deserialize_msg_from_ws_v1(frame)  # type: ignore[no-untyped-call]
            header, parent, _metadata, content = map(json.loads, parts[:4])
            if parent.get("msg_id") != sent:
                continue
            yield header["msg_type"], content
            if content.get("execution_state") == "idle":
                return


def figures(visitors: int = 20, minutes: float = 5.0) -> list[Figure]:
    """Measure a server that many visitors use at a time, beside a single visitor in the same run.

    Parameters
    ----------
    visitors : int
        Number of visitors, who all come at once.
    minutes : float
        For how long they move the slider.

    Returns
    -------
    list of Figure
        Errors, waiting time, memory of a visitor, and memory that is kept when they have left.
    """
    port = choose_port(None)
    code = (
        "from surrogate_app.app.server import serve; "
        f"serve(port={port}, open_browser=False, max_visitors={visitors})"
    )
    with served([sys.executable, "-c", code], port) as server:
        return asyncio.run(_measured(f"http://{HOST}:{port}/", server, visitors, minutes))


async def _measured(address: str, server: int, visitors: int, minutes: float) -> list[Figure]:
    alone = Visitor(address, 0)
    await alone.come()
    for _ in range(ALONE):
        await alone.move()
    await alone.leave()
    idle = await _settled(server)
    crowd = [Visitor(address, seed) for seed in range(1, visitors + 1)]
    await asyncio.gather(*(visitor.come() for visitor in crowd))
    until = time.monotonic() + 60.0 * minutes
    await asyncio.gather(*(visitor.stay(until) for visitor in crowd))
    busy = memory_of(server)
    await asyncio.gather(*(visitor.leave() for visitor in crowd))
    return summary(crowd, median(alone.milliseconds), (idle, busy, await _settled(server)))


def summary(
    crowd: Sequence[Visitor], alone: float, memory: tuple[float, float, float]
) -> list[Figure]:
    """Return what a run has shown.

    Parameters
    ----------
    crowd : sequence of Visitor
        Those who came together.
    alone : float
        Median time that a single visitor waited, in ms.
    memory : tuple of float
        Memory of the server with its kernels before, with, and after them, in MiB.
    """
    who = f"{len(crowd)} visitors"
    waited = [time for visitor in crowd for time in visitor.milliseconds]
    errors = sum(len(visitor.errors) for visitor in crowd)
    for sentence in sorted({error for visitor in crowd for error in visitor.errors}):
        log.warning("a visitor met this: %s", sentence)
    before, during, after = memory
    more = during - before
    return [
        Figure(f"{who}: errors", errors, "fewer than one", 1.0),
        Figure(
            f"{who}: ms from slider to answer, median of {len(waited)}",
            median(waited) if waited else float("inf"),
            f"{SLOWER:g} times a single visitor, ms",
            SLOWER * alone,
        ),
        Figure(f"{who}: MiB for each", more / len(crowd), "limit, MiB", KERNEL_MEMORY / 2**20),
        Figure(
            f"{who}: MiB kept when they have left",
            max(after - before, 0.0),
            f"{100 * KEPT:g}% of theirs, MiB",
            KEPT * more,
        ),
    ]


def memory_of(server: int) -> float:
    """Return the memory in MiB of a process and its children, shared pages counted once."""
    import psutil  # comes with the extra for reports

    parent = psutil.Process(server)
    total = 0.0
    for process in (parent, *parent.children(recursive=True)):
        try:
            shares = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        total += getattr(shares, "pss", shares.rss)
    return total / 2**20


async def _settled(server: int) -> float:
    """Return the memory of a server when no kernel starts or ends any more."""
    before, still = -1.0, 0
    while still < 5:
        await asyncio.sleep(1.0)
        now = memory_of(server)
        still = still + 1 if abs(now - before) < 5.0 else 0
        before = now
    return before
