"""How many visitors a server admits, behind a path or not, and what it says to one too many."""

import contextlib
import http.client
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from support.app_browser import free_port

from surrogate_app.app import server
from surrogate_app.app.site import Seats, Visit


class Manager:
    """A kernel manager of two kernels that wait for visitors."""

    def __init__(self):
        self.running = {"waits", "waits too"}
        self.notebook_data = {"page": {"theme": "auto"}}

    def list_kernel_ids(self):
        return list(self.running)

    def get_pool_size(self, notebook):
        return 2

    def get_kernel(self, kernel_id):
        return f"kernel {kernel_id}"

    async def start_kernel(self, **options):
        self.running.add(options["name"])
        return options["name"]

    async def get_rendered_notebook(self, **options):
        return "task", ["cell"], "waits"


def run(coroutine):
    with contextlib.suppress(StopIteration) as _:
        coroutine.send(None)
        raise AssertionError("it waits")


def test_visitors_are_counted_from_the_first_moment_until_their_kernel_ends():
    manager = Manager()
    seats = Seats(manager, limit=3)
    visits = [Visit(seats) for _ in range(3)]
    assert seats.full
    run(visits[0].get_rendered_notebook(notebook_name="page"))
    run(visits[1].start_kernel(name="started"))
    assert seats.full
    visits[2].end()  # it failed
    assert not seats.full
    Visit(seats)
    assert seats.full
    manager.running -= {"started"}
    assert not seats.full
    for visit in visits[:2]:
        visit.end()  # the page is shown, and its kernel goes on
    assert len(seats.opening) == 1


def test_a_visit_asks_the_kernel_manager_for_all_else():
    visit = Visit(Seats(Manager(), limit=1))
    assert visit.notebook_data == {"page": {"theme": "auto"}}
    assert visit.get_pool_size("page") == 2
    assert visit.get_kernel("a") == "kernel a"


def test_as_many_visitors_as_fit_into_the_memory(monkeypatch, tmp_path):
    whole = server.memory()
    assert whole > 2**28
    smaller, missing, unlimited = (tmp_path / name for name in ("smaller", "missing", "unlimited"))
    smaller.write_text(f"{2**28}\n")
    unlimited.write_text("max\n")
    monkeypatch.setattr(server, "_LIMITS", (missing, unlimited))
    assert server.memory() == whole
    monkeypatch.setattr(server, "_LIMITS", (missing, unlimited, smaller))
    assert server.memory() == 2**28
    assert server.visitors_that_fit(0) == 1
    assert server.visitors_that_fit(100 * server.KERNEL_MEMORY) == 75


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"base_url": "hub/"}, "begins and ends with a slash"),
        ({"base_url": "/a b/"}, "begins and ends with a slash"),
        ({"base_url": "/(.*)/"}, "begins and ends with a slash"),
        ({"origin": "hub.example"}, "an origin looks like https://hub.example"),
        ({"frame_ancestors": ["https://a.example; script-src *"]}, "an origin looks like"),
        ({"max_visitors": 0}, "at least one visitor"),
        ({"host": "192.0.2.1"}, "not an IPv4 address of this machine"),
        ({"host": "::1"}, "not an IPv4 address of this machine"),
    ],
)
def test_settings_that_make_no_sense_are_named(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        server.serve(open_browser=False, **options)


@contextlib.contextmanager
def serving(tmp_path, *options):
    port = free_port()
    arguments = ["app", "--no-browser", "--port", str(port), *options]
    code = f"from surrogate_app.cli.main import main; raise SystemExit(main({arguments!r}))"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=log, stderr=log)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/voila/static/voila.js", timeout=5)
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.25)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def answered(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


@pytest.mark.slow
def test_one_visitor_too_many_is_asked_to_wait_behind_a_path(tmp_path):
    path = "/hub/user/"
    options = ("--base-url", path, "--max-visitors", "1", "--frame-ancestor", "https://hub.example")
    with serving(tmp_path, *options) as port:
        for seen in ("/", path, path.rstrip("/")):
            answer, _ = answered(port, seen)
            assert answer.status == 302
            assert answer.headers["Location"] == f"{path}voila/render/index.ipynb"
        page = "voila/render/lennard_jones_fit.ipynb"
        answer, text = answered(port, f"/{page}")  # as after a proxy that takes the path off
        assert answer.status == 200
        (cookie,) = (each for each in answer.headers.get_all("Set-Cookie") if "_xsrf" in each)
        assert cookie.endswith(f"Path={path}")
        ancestors = "frame-ancestors 'self' https://hub.example"
        assert answer.headers["Content-Security-Policy"] == ancestors
        settings = json.loads(re.search(r"jupyter-config-data[^>]*>(.*?)</script>", text, re.S)[1])
        assert settings["baseUrl"] == path
        kernel = f"{path}api/kernels/{settings['kernelId']}"
        assert answered(port, kernel)[0].status == 200

        answer, text = answered(port, f"{path}{page}")
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "60"
        assert "memory for 1 open page at a time" in text
        assert urlsplit(re.search(r'<a href="([^"]+)', text)[1]).path.startswith(path)
        assert answered(port, f"{path}voila/render/index.ipynb")[0].status == 200

        word = re.search(r"_xsrf=([^;]+)", cookie)[1]
        named = {"Cookie": f"_xsrf={word}", "X-XSRFToken": word}
        end = f"{path}voila/api/shutdown/{settings['kernelId']}"
        assert answered(port, end, "POST")[0].status == 403
        assert answered(port, end, "POST", **named)[0].status == 204
        assert answered(port, kernel)[0].status == 404
        assert answered(port, f"{path}{page}")[0].status == 200
