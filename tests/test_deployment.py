"""Examples of docs/deploy: a container, replicas behind nginx, a JupyterHub."""

import contextlib
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from support.app_browser import free_port
from support.containerfile import Replay, steps
from traitlets.config import Config

from surrogate_app.app.extension import configure, remember
from surrogate_app.app.site import PROTOCOL
from surrogate_app.cli.command import COMMANDS, Parser
from surrogate_app.common import resources

PAGE = "voila/render/lennard_jones_fit.ipynb"


@pytest.fixture(scope="module")
def examples(root):
    return root / "docs/deploy"


def program(name, package):
    """Return the path of a program, or fail with the way to get it."""
    found = shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if found is None:
        pytest.fail(f"this test needs {name}; Debian: apt-get install {package}", pytrace=False)
    return found


@contextlib.contextmanager
def running(arguments, log, **settings):
    """Run a server until the test has ended, with what it says in a file."""
    with log.open("w") as stream:
        process = subprocess.Popen(arguments, stdout=stream, stderr=stream, **settings)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address, process, log, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(address, timeout=10)
        except OSError:  # nobody listens yet, or a proxy that has nowhere to lead
            pass
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.25)


# ---------------------------------------------------------------- Jupyter Server and JupyterHub


def test_settings_of_an_extension_are_those_of_the_pages(tmp_path):
    configure(tmp_path / "new")
    settings = json.loads((resources.voila_config_dir() / "voila.json").read_text())
    assert json.loads((tmp_path / "new/voila.json").read_text()) == settings
    config = Config({"ServerApp": {"base_url": "/kept/"}})
    runpy.run_path(str(tmp_path / "new/jupyter_server_config.py"), {"get_config": lambda: config})
    assert config.VoilaConfiguration.pop("prelaunch_hook") is remember
    assert config == {**settings, "ServerApp": {"base_url": "/kept/"}}


def test_the_hub_shows_the_pages(examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = Config()
    runpy.run_path(str(examples / "jupyterhub_config.py"), {"get_config": lambda: config})
    assert config.Spawner.default_url == "/voila/render/index.ipynb"
    assert Path(config.Spawner.notebook_dir, "index.ipynb").is_file()
    assert Path(config.Spawner.environment["JUPYTER_CONFIG_PATH"], "voila.json").is_file()


HUB = """
import os, sys
c = get_config()
exec(open({example!r}).read())
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.env_keep = [*os.environ]
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}/"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.db_url = "sqlite://"
"""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(1200)
def test_a_user_of_a_hub_sees_the_pages_after_the_log_in(root, examples, tmp_path, browser):
    npm = program("npm", "npm")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", f"--target={tmp_path / 'hub'}"]
    subprocess.run([*pip, "jupyterhub>=5,<7"], check=True)
    proxy = ["--prefix", tmp_path / "proxy", "configurable-http-proxy@5"]
    subprocess.run([npm, "install", "--silent", *proxy], check=True)
    port = free_port()
    config = HUB.format(
        example=str(examples / "jupyterhub_config.py"),
        port=port,
        hub=free_port(),
        api=free_port(),
        proxy=str(tmp_path / "proxy/node_modules/.bin/configurable-http-proxy"),
    )
    (tmp_path / "config.py").write_text(config)
    environment = os.environ | {
        "PYTHONPATH": f"{root}{os.pathsep}{tmp_path / 'hub'}",
        "JUPYTER_PATH": str(resources.jupyter_data_dir()),
    }
    log = tmp_path / "log"
    arguments = [sys.executable, "-m", "jupyterhub", "-f", tmp_path / "config.py"]
    with running(arguments, log, cwd=tmp_path, env=environment) as process:
        address = f"http://127.0.0.1:{port}/"
        wait_for(f"{address}hub/login", process, log, 120)
        page = browser.new_page(bypass_csp=False)
        page.set_default_timeout(120_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}hub/login")
        page.locator("[name=username]").fill("ada")
        page.locator("[name=password]").fill("lovelace")
        page.locator("[type=submit]").click()
        page.wait_for_url(f"{address}user/ada/voila/render/index.ipynb")
        page.get_by_role("link", name="Lennard-Jones parameters").click()
        page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
        assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
        assert errors == []


# ---------------------------------------------------------------- nginx


def test_nginx_keeps_websockets_and_visitors(examples):
    text = (examples / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(r"hash \$visitor consistent;", text)
    for line in ("Host $http_host", "Upgrade $http_upgrade", "Connection $connection_upgrade"):
        assert f"proxy_set_header {line};" in text
    assert set(re.findall(r"server 127\.0\.0\.1:(\d+)", text)) == set(
        re.findall(r"surrogate-app app --no-browser --port (\d+)", text)
    )


class Visitor:
    """Somebody who comes with the cookies that they were given."""

    def __init__(self, address):
        self.address, self.cookies = address, {}
        self.kernel = None

    def get(self, path):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = urllib.request.Request(f"{self.address}{path}", headers={"Cookie": cookies})
        try:
            answer = urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def open(self):
        """Open a page and return the identifier of its kernel."""
        status, text = self.get(PAGE)
        assert status == 200
        self.kernel = json.loads(re.search(r"config-data[^>]*>(.*?)</script>", text, re.S)[1])[
            "kernelId"
        ]
        return self.kernel

    def has(self, kernel):
        return self.get(f"api/kernels/{kernel}")[0] == 200

    def asks_its_kernel(self):
        """Ask the kernel of the page for its name over a websocket; return what it answers."""
        from websockets.sync.client import connect

        header = {"msg_id": "1", "msg_type": "kernel_info_request", "version": "5.3"}
        header |= {"session": "s", "username": "u", "date": "2026-01-01T00:00:00Z"}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, {})]
        with connect(
            f"{self.address.replace('http', 'ws', 1)}api/kernels/{self.kernel}/channels",
            origin=self.address.rstrip("/"),
            subprotocols=[PROTOCOL],
            additional_headers={"Cookie": "; ".join(map("=".join, self.cookies.items()))},
        ) as socket:
            socket.send(serialize_msg_to_ws_v1(parts, "shell"))
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                _channel, answer = deserialize_msg_from_ws_v1(socket.recv(timeout=60))
                if json.loads(answer[0])["msg_type"] == "kernel_info_reply":
                    return json.loads(answer[3])["implementation"]
        return None


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_visitor_stays_with_one_of_several_servers_behind_nginx(examples, tmp_path):
    nginx = program("nginx", "nginx-light")
    ports = {"8800": free_port(), "8801": free_port(), "8802": free_port()}
    text = (examples / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"(?<=127\.0\.0\.1:)880[012]", lambda port: str(ports[port[0]]), text)
    (tmp_path / "nginx.conf").write_text(text)
    code = "from surrogate_app.app.server import serve; serve(port={}, open_browser=False)"
    with contextlib.ExitStack() as stack:
        servers = []
        for port in (ports["8801"], ports["8802"]):
            log = tmp_path / f"{port}.log"
            server = stack.enter_context(running([sys.executable, "-c", code.format(port)], log))
            wait_for(f"http://127.0.0.1:{port}/voila/static/voila.js", server, log)
            servers.append(server)
        log = tmp_path / "nginx.log"
        directives = f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;"
        arguments = [nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", directives]
        process = stack.enter_context(running(arguments, log))
        address = f"http://127.0.0.1:{ports['8800']}/"
        wait_for(address, process, log)

        visitors = [Visitor(address) for _ in range(6)]
        for visitor in visitors:
            visitor.open()
        for visitor in visitors:
            assert "surrogate_app" in visitor.cookies
            assert all(visitor.has(visitor.kernel) for _ in range(3))
        one = visitors[0]
        others = [v for v in visitors if not one.has(v.kernel)]
        assert others, "all came to the same server; a chance of 1 in 32"
        assert one.asks_its_kernel() == others[0].asks_its_kernel() == "ipython"

        direct = Visitor(f"http://127.0.0.1:{ports['8801']}/")
        moved, stays = (one, others[0]) if direct.has(one.kernel) else (others[0], one)
        servers[0].terminate()
        servers[0].wait(60)
        assert not moved.has(moved.kernel)  # so that its page offers to reload
        assert stays.has(stays.kernel)
        assert moved.open()
        assert stays.has(moved.kernel)


# ---------------------------------------------------------------- container


def test_the_container_is_pinned_and_does_without_root(root, examples):
    made = steps(examples / "Containerfile")
    words = [step.word for step in made]
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+\.\d+-slim-\w+", made[0].rest)
    (user,) = (step for step in made if step.word == "USER")
    assert user.rest == "1000"  # Hugging Face asks for this one
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words
    installs = [step.rest for step in made if "pip install" in step.rest]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    for step in made:
        if step.word == "COPY":
            *sources, _target = shlex.split(step.rest)
            assert all((root / source).exists() for source in sources)
    kept = (examples / "Containerfile.dockerignore").read_text(encoding="utf-8")
    copied = {source for s in made if s.word == "COPY" for source in shlex.split(s.rest)[:-1]}
    assert set(re.findall(r"^!(.*)", kept, re.M)) == copied


@pytest.mark.parametrize("space", [None, "someone/space"])
def test_the_container_starts_a_command_that_exists(examples, space):
    made = steps(examples / "Containerfile")
    (command,) = (step.rest for step in made if step.word == "CMD")
    environment = {"PATH": os.environ["PATH"]} | ({"SPACE_ID": space} if space else {})
    shown = subprocess.run(
        ["sh", "-c", command.replace("exec ", "printf '%s\\n' ", 1)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert shown[:2] == ["surrogate-app", "app"]
    parser = Parser()
    COMMANDS["app"].add_arguments(parser)
    options = parser.parse_args(shown[2:])
    (port,) = (int(step.rest) for step in made if step.word == "EXPOSE")
    assert (options.host, options.port, options.no_browser) == ("0.0.0.0", port, True)
    assert options.frame_ancestor == (["https://huggingface.co"] if space else [])
    (health,) = (step.rest for step in made if step.word == "HEALTHCHECK")
    assert f"http://127.0.0.1:{port}/" in health


@pytest.fixture(scope="module")
def clean_root(tmp_path_factory):
    """Return a folder with a Debian of the base image's release and Python, and nothing else."""
    if os.geteuid() != 0:
        pytest.fail("only root may change the root folder of a process", pytrace=False)
    debootstrap = program("debootstrap", "debootstrap")
    folder = tmp_path_factory.mktemp("image") / "root"
    packages = "python3,python3-venv,ca-certificates"
    options = ["--variant=minbase", f"--include={packages}", "bookworm"]
    subprocess.run(
        [debootstrap, *options, folder, "http://deb.debian.org/debian"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # the image has a Python of its own below /usr/local
    subprocess.run(["chroot", folder, "python3", "-m", "venv", "/usr/local"], check=True)
    # this machine's way to the package index
    for name in ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(name).exists():
            shutil.copy(name, folder / name[1:])
    return folder


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_container_serves_the_pages_from_a_clean_root(root, examples, clean_root, tmp_path):
    passed = ("PIP_CERT", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_DEFAULT_TIMEOUT", "HTTPS_PROXY")
    environment = {name: os.environ[name] for name in passed if name in os.environ}
    replay = Replay(clean_root, root, environment)
    for step in steps(examples / "Containerfile"):
        replay.apply(step)
    assert not (clean_root / "opt/surrogate-app/surrogate_app").exists()
    log = tmp_path / "log"
    with running(replay.process(replay.command), log, env=replay.environment) as process:
        address = f"http://127.0.0.1:{replay.port}/"
        wait_for(f"{address}voila/static/voila.js", process, log, 120)
        health = subprocess.run(replay.process(replay.health), env=replay.environment)
        assert health.returncode == 0
        assert Path(f"/proc/{process.pid}").stat().st_uid == 1000
        visitor = Visitor(address)
        visitor.open()
        assert visitor.asks_its_kernel() == "ipython"
    health = subprocess.run(replay.process(replay.health), env=replay.environment)
    assert health.returncode != 0
