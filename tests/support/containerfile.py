"""A Containerfile read into its steps, and run in a folder that stands in for the image."""

import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One instruction: its word and what follows."""

    word: str
    rest: str

    def __str__(self):
        return f"{self.word} {self.rest}"


def steps(path):
    """Return the instructions of a Containerfile."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(None, 1)) for line in text.splitlines() if line.strip()]


class Replay:
    """Runs steps in a root folder that has what the base image has.

    Parameters
    ----------
    root : Path
        Folder that becomes the root of all commands.
    context : Path
        Folder from which COPY copies.
    environment : dict
        Variables that every command has besides those of the steps.
    """

    def __init__(self, root, context, environment):
        self.root, self.context = root, context
        self.environment = {
            "PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
            **environment,
        }
        self.folder, self.user = "/", "0"
        self.command = self.health = ""

    def apply(self, step):
        """Do what an instruction says; fail for one that is unknown here."""
        getattr(self, f"_{step.word.lower()}")(step.rest)

    def process(self, command):
        """Return the arguments that run a shell command inside."""
        inside = f"cd {shlex.quote(self.folder)} && {command}"
        user = f"{self.user}:{self.user}"
        return ["chroot", f"--userspec={user}", str(self.root), "/bin/sh", "-c", inside]

    def _from(self, _image):
        pass

    def _run(self, command):
        subprocess.run(self.process(command), env=self.environment, check=True, timeout=900)

    def _copy(self, rest):
        *sources, target = shlex.split(rest)
        for source in sources:
            place = self.root / self.folder.lstrip("/") / target
            if (self.context / source).is_dir():
                # of the networks what the image does not get, see Containerfile.dockerignore
                more = ("data", "studies") if source == "pretrained" else ()
                ignored = shutil.ignore_patterns("__pycache__", *more)
                shutil.copytree(self.context / source, place, ignore=ignored)
            else:
                shutil.copy(self.context / source, place)

    def _workdir(self, folder):
        self.folder = str(Path(self.folder) / folder)
        (self.root / self.folder.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _user(self, user):
        self.user = user

    def _env(self, rest):
        self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _expose(self, port):
        self.port = int(port)

    def _healthcheck(self, rest):
        self.health = rest.partition("CMD ")[2]

    def _cmd(self, command):
        self.command = (
            " ".join(map(shlex.quote, json.loads(command))) if command[0] == "[" else command
        )
