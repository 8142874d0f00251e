"""The server of the dashboard: ports, notebooks, and its end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import psutil
import pytest

from surrogate_app.app import server
from surrogate_app.app.benchmark import served


def test_a_taken_port_is_named_and_a_free_one_found():
    with socket.socket() as busy:
        busy.bind((server.HOST, 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(ValueError, match=f"port {port} is taken"):
            server.serve(port=port)
    assert server.choose_port(None) >= server.DEFAULT_PORT
    with pytest.raises(ValueError, match="65535"):
        server.choose_port(70_000)


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"no notebook .*none\.ipynb"):
        server.serve(notebook=tmp_path / "none.ipynb")


@pytest.mark.parametrize("preheat", [True, False])
def test_a_kernel_waits_for_a_visitor_unless_none_is_asked_for(tmp_path, preheat):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[nbformat.v4.new_code_cell("1 + 1")],
    )
    path = tmp_path / "sum.ipynb"
    nbformat.write(notebook, path)
    port = server.choose_port(None)
    code = (
        "from surrogate_app.app.server import serve;"
        f"serve(port={port}, open_browser=False, notebook={str(path)!r}, preheat={preheat})"
    )

    def kernels(process):
        children = psutil.Process(process).children(recursive=True)
        return [child for child in children if "ipykernel_launcher" in " ".join(child.cmdline())]

    with served([sys.executable, "-c", code], port) as process:
        deadline = time.monotonic() + (60.0 if preheat else 3.0)
        while not kernels(process) and time.monotonic() < deadline:
            time.sleep(0.25)
        assert len(kernels(process)) == preheat


def test_server_says_where_it_is_and_ends_quietly_at_ctrl_c(tmp_path):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[nbformat.v4.new_code_cell("1 + 1")],
    )
    path = tmp_path / "sum.ipynb"
    nbformat.write(notebook, path)
    port = server.choose_port(None)
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from surrogate_app.app.server import serve;"
        f"serve(port={port}, open_browser=False, notebook={str(path)!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address = f"http://{server.HOST}:{port}/"
        assert address in process.stdout.readline()
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=30).read()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.25)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
