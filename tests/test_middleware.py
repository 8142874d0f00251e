"""The tool of a HUBzero hub, with stand-ins for what the hub has: invoke_app and its proxy."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

RESOURCES = """\
sessionid 4711
hub_url "https://hub.example"
filexfer_port 8123
filexfer_cookie c00k1e
application_name "Surrogates"
"""
PATH = "/weber/4711/c00k1e/123/"

NOTE = """#!{python}
import json, os, sys
with open({record!r}, "a") as record:
    said = {{"name": os.path.basename(sys.argv[0]), "arguments": sys.argv[1:]}}
    record.write(json.dumps(said | {{"path": os.environ.get("PYTHONPATH", "")}}) + "\\n")
"""

# As wrwroxy does: the path goes from the first request of a connection only, all else passes.
PROXY = """#!{python}
import asyncio, re, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))

async def copy(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()

async def connect(reader, writer):
    first = await reader.readuntil(b"\\r\\n")
    first = re.sub(rb"/weber/[0-9]+/[^/]+/[0-9]+", b"", first, count=1)
    for _ in range(300):
        try:
            there = await asyncio.open_connection("127.0.0.1", int(options["--forwardPort"]))
            break
        except OSError:
            await asyncio.sleep(0.2)
    there[1].write(first)
    await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

async def main():
    server = await asyncio.start_server(connect, "127.0.0.1", int(options["--listenPort"]))
    await server.serve_forever()

asyncio.run(main())
"""


def program(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def hub(root, tmp_path):
    """Yield a copy of the tool, the environment of a session, and the calls of its stand-ins."""
    record = tmp_path / "record"
    record.touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    note = NOTE.format(python=sys.executable, record=str(record))
    for name in ("invoke_app", "python", "wrwroxy"):
        program(programs / name, note)
    session = tmp_path / "session"
    session.mkdir()
    (session / "resources").write_text(RESOURCES)
    tool = tmp_path / "tool" / "middleware"
    tool.mkdir(parents=True)
    for path in (root / "middleware").iterdir():
        text = path.read_text(encoding="utf-8")
        program(tool / path.name, text.replace("/usr/bin/invoke_app", str(programs / "invoke_app")))
    environment = os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "SESSIONDIR": str(session),
        "HOME": str(tmp_path),  # no settings of login shells
    }
    for name in ("SESSION", "SURROGATE_APP_ROUTE", "PYTHONPATH"):
        environment.pop(name, None)
    return tool, environment, lambda: [json.loads(line) for line in record.open()]


def start(script, environment, *arguments):
    return subprocess.run(
        [script, *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


def test_scripts_are_programs(root):
    for name in ("invoke", "start_voila"):
        assert os.access(root / "middleware" / name, os.X_OK)


@pytest.mark.parametrize("route", [None, "voila", "appmode"])
def test_invoke_hands_the_hub_what_to_start(hub, route):
    tool, environment, calls = hub
    if route:
        environment["SURROGATE_APP_ROUTE"] = route
    assert start(tool / "invoke", environment, "-A", "an argument").returncode == 0
    (call,) = calls()
    arguments = call["arguments"]
    assert arguments[:2] == ["-A", "an argument"]
    options = dict(zip(arguments[2::2], arguments[3::2], strict=True))
    command = options.pop("-C")
    assert options == {"-t": "surrogateapp", "-u": "anaconda-8", "-r": "none", "-w": "headless"}
    if route == "appmode":
        assert command == "start_jupyter -A -t -T @tool notebooks/index.ipynb"
    else:
        assert command == str(tool / "start_voila")
    assert call["path"] == str(tool.parent)


def test_invoke_refuses_a_route_that_it_does_not_know(hub):
    tool, environment, calls = hub
    result = start(tool / "invoke", environment | {"SURROGATE_APP_ROUTE": "rocket"})
    assert result.returncode == 2
    assert result.stderr == "SURROGATE_APP_ROUTE is voila or appmode, not rocket\n"
    assert calls() == []


@pytest.mark.parametrize("session", [None, "4712"])
def test_the_server_is_told_where_the_hub_shows_it(hub, session):
    tool, environment, calls = hub
    path = PATH
    if session:
        environment["SESSION"], path = session, PATH.replace("4711", session)
    program(tool.parent.parent / "bin/wrwroxy", "#!/bin/sh\nexec sleep 60\n")
    assert start(tool / "start_voila", environment).returncode == 0
    (call,) = calls()
    assert call["name"] == "python"
    assert call["arguments"] == [
        *("-m", "surrogate_app.cli.main", "app", "--no-browser", "--port", "8080"),
        *("--base-url", path, "--origin", "https://proxy.hub.example"),
        *("--frame-ancestor", "https://hub.example"),
    ]
    assert call["path"] == str(tool.parent)


def test_the_proxy_leads_from_the_port_of_the_tool_to_the_server_and_ends_with_it(hub):
    tool, environment, calls = hub
    program(tool.parent.parent / "bin/python", "#!/bin/sh\nexec sleep 60\n")
    since = time.monotonic()
    assert start(tool / "start_voila", environment).returncode == 0
    assert time.monotonic() - since < 30  # nothing is left that would hold its output open
    (call,) = calls()
    assert call["arguments"][:8] == [
        *("--listenHost", "0.0.0.0", "--listenPort", "8000"),
        *("--forwardHost", "127.0.0.1", "--forwardPort", "8080"),
    ]


def test_a_proxy_that_is_not_on_the_path_is_put_there_by_the_hubs_use(hub):
    tool, environment, calls = hub
    programs = tool.parent.parent / "bin"
    elsewhere = tool.parent.parent / "elsewhere"
    elsewhere.mkdir()
    (programs / "wrwroxy").rename(elsewhere / "wrwroxy")
    program(programs / "python", "#!/bin/sh\nexec sleep 60\n")
    profile = f'use() {{ [ "$*" = "-e wrwroxy-0.2" ] && PATH="{elsewhere}:$PATH"; }}\n'
    (tool.parent.parent / ".bash_profile").write_text(profile)
    assert start(tool / "start_voila", environment).returncode == 0
    (call,) = calls()
    assert call["name"] == "wrwroxy"
    assert call["arguments"][-2:] == ["--logfile", "/dev/null"]


def test_a_session_without_an_address_is_refused(hub):
    tool, environment, calls = hub
    resources = Path(environment["SESSIONDIR"]) / "resources"
    resources.write_text("sessionid 4711\nhub_url https://hub.example\n")
    result = start(tool / "start_voila", environment)
    assert result.returncode == 1
    assert re.fullmatch(r".*/resources lacks hub_url, .*\n", result.stderr)
    del environment["SESSIONDIR"]
    result = start(tool / "start_voila", environment)
    assert result.returncode != 0
    assert "this runs in a session of a hub" in result.stderr
    assert calls() == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_pages_open_at_the_path_of_the_hub(root, hub, browser):
    tool, environment, _ = hub
    programs = tool.parent.parent / "bin"
    program(programs / "wrwroxy", PROXY.format(python=sys.executable))
    program(programs / "python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    process = subprocess.Popen([root / "middleware/start_voila"], env=environment)
    address = f"http://127.0.0.1:8000{PATH}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}voila/static/voila.js", timeout=5)
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.25)
        page = browser.new_page(bypass_csp=False)
        page.set_default_timeout(60_000)
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        for title in ("Ions in a charged slit", "Lennard-Jones parameters"):
            page.get_by_role("link", name=title).click()
            page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
            assert page.url.startswith(f"{address}voila/render/")
            page.get_by_role("link", name="All pages").click()
            page.wait_for_url(f"{address}voila/render/index.ipynb")
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        assert errors == []
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    deadline = time.monotonic() + 30
    while reached(address):
        assert time.monotonic() < deadline
        time.sleep(0.25)


def reached(address):
    """Whether anything answers at an address."""
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True
