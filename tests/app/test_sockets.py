"""Connections of pages to their kernels: what is no message of a page reaches no kernel."""

import json
import random

import pytest
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError

from surrogate_app.app.site import PROTOCOL, PageSocket, is_message

PARTS = [json.dumps({"part": number}).encode() for number in range(4)]


@pytest.mark.parametrize("buffers", [[], [b""], [b"a" * 1000, b"", b"b"]])
def test_messages_of_the_protocol_are_known(buffers):
    assert is_message(serialize_msg_to_ws_v1([*PARTS, *buffers], "shell"))


@pytest.mark.parametrize(
    "frame",
    [
        *("", "{}", b"", b"1234567", bytes(8), b"\xff" * 8, b"\xff" * 1000),
        *((2**40).to_bytes(8, "little") + bytes(100), (6).to_bytes(8, "little") + bytes(100)),
    ],
)
def test_what_is_none_is_refused_before_it_is_read(frame):
    assert not is_message(frame)


def test_whatever_is_taken_for_a_message_can_be_read():
    chance = random.Random(1)
    taken = 0
    for _ in range(3000):
        frame = bytearray(serialize_msg_to_ws_v1([*PARTS, b"buffer"], "shell"))
        for _ in range(chance.randrange(3)):
            frame[chance.randrange(len(frame))] = chance.choice((0, 1, 8, 200, 255))
        frame = bytes(frame[: chance.choice((len(frame), chance.randrange(len(frame) + 1)))])
        if is_message(frame):
            taken += 1
            try:
                _channel, parts = deserialize_msg_from_ws_v1(frame)
            except UnicodeDecodeError:  # of the channel's name; Tornado closes the connection
                continue
            assert len(parts) == 5
            assert sum(map(len, parts)) <= len(frame)
    assert 500 < taken < 3000


class Handler:
    """As much of a connection as reading a message takes."""

    ws_connection = True

    def __init__(self):
        self.closed = None

    def close(self, code, reason):
        self.closed = code


def test_a_frame_that_is_none_closes_its_connection():
    handler = Handler()
    PageSocket.on_message(handler, b"\xff" * 100)
    assert handler.closed == 1003


class Connection:
    """A websocket that keeps what is sent."""

    def __init__(self):
        self.sent = []

    def is_closing(self):
        return False

    def write_message(self, message, **_options):
        self.sent.append(message)


@pytest.mark.parametrize(
    ("kind", "arrives"),
    [("comm_msg", True), ("status", True), ("error", False), ("stream", False)],
)
def test_tracebacks_and_logs_stay_on_the_server(kind, arrives):
    socket = object.__new__(PageSocket)
    socket.ws_connection = Connection()
    header = json.dumps({"msg_type": kind}).encode()
    message = serialize_msg_to_ws_v1([header, *PARTS[1:]], "iopub")
    socket.write_message(message, binary=True)
    assert socket.ws_connection.sent == ([message] if arrives else [])


@pytest.mark.parametrize("offered", [None, "", "v2", f"x{PROTOCOL}"])
def test_browsers_that_do_not_speak_the_protocol_are_refused(offered):
    handler = Handler()
    handler.request = type("Request", (), {"headers": HTTPHeaders()})
    if offered is not None:
        handler.request.headers["Sec-WebSocket-Protocol"] = offered
    with pytest.raises(HTTPError, match="connect by the protocol"):
        PageSocket.pre_get(handler).send(None)
