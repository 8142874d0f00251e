"""Hostile input by a seed, and what watches that nothing but an answer or a sentence follows."""

import random
import resource
import sys
import time
from contextlib import contextmanager
from html.parser import HTMLParser

import ipywidgets as widgets
import numpy as np
from support.rdf_samples import liquid_like

from surrogate_app.cli.command import COMMANDS, Parser
from surrogate_app.liquid.rdf.format import FORMATS, Sample

SECONDS = 10.0
"""Most processor time that one input may take."""

MEMORY = 400 * 2**20
"""Most bytes by which the memory of the process may grow, over all inputs together."""

MARKUP = (
    "<script>hostile()</script>",
    "<img src=x onerror=hostile()>",
    '"><svg onload=hostile()>',
    "<a href='javascript:hostile()'>x</a>",
    "</pre></code><iframe srcdoc='<script>hostile()</script>'>",
    "&lt;script&gt;hostile()&lt;/script&gt;",
    "{{hostile()}}${hostile()}",
)
NUMBERS = (
    *("0", "-0", "1", "-1", "2", "3.5", "0.5", "4.8", "1e-3", "13.7", "345", "298", "-0.02", "80"),
    *("nan", "inf", "-inf", "1e308", "-1e308", "1e309", "1e-320", "9" * 400, "0x10", "1_000"),
    *("1e6", "1e9", "2147483648", "9223372036854775808", "1,5", "1.5.2", "١٢", "1e", "--1", "½"),
)
WORDS = (
    *("", " ", "\t", "\n", "none", "null", "None", "true", "σ", "nm⁻³", "../../etc/passwd", "%00"),
    *(
        "a" * 5000,
        "\u202eevil",
        "\ud800",
        "😀" * 50,
        "=",
        "&",
        ";",
        ",",
        ":",
        "[]",
        "{}",
        "__class__",
    ),
    *("{0.__class__}", "%s%n", "`id`", "$(id)", "'; DROP TABLE", "\\", "CON", "-", "--", "@file"),
)

WRITING = ("open", "os.mkdir", "os.remove", "os.rename", "os.symlink", "os.rmdir", "shutil")
STARTING = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect")

TAGS = (
    *("a", "b", "br", "button", "caption", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "i"),
    *("li", "p", "pre", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul", "ol", "details", "summary", "var", "kbd"),
)


class Watch:
    """Notes what a process writes, starts or connects to while it is watched."""

    def __init__(self):
        self.on, self.seen = False, []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if not self.on:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = flags & 3 if isinstance(flags, int) else 0
            if (writes or set(str(mode or "")) & set("wax+")) and path not in ("/dev/null",):
                self.seen.append((event, str(path)))
        elif event.startswith((*WRITING[1:], *STARTING)):
            self.seen.append((event, str(arguments)[:200]))

    @contextmanager
    def __call__(self):
        self.on = True
        try:
            yield
        finally:
            self.on = False


WATCH = Watch()


@contextmanager
def bounded(case):
    """Check that an input takes bounded time and writes, starts and connects to nothing."""
    WATCH.seen.clear()
    since = time.process_time()
    with WATCH():
        yield
    assert WATCH.seen == [], (case, WATCH.seen)
    assert time.process_time() - since < SECONDS, case


@contextmanager
def bounded_memory():
    """Check that the process does not grow beyond what is promised."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    assert grown < MEMORY, f"{grown / 2**20:.0f} MiB more"


class Marked(HTMLParser):
    """Refuses HTML that a page does not write itself."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, (tag, self.text)
        for name, value in attributes:
            assert not name.startswith("on"), self.text
            assert name not in ("src", "srcdoc", "style", "formaction"), self.text
            if name == "href":
                assert (value or "").startswith(("?", "#", "https://", "data:,")), self.text


def assert_no_markup(widget):
    """Check the HTML of a widget and of all that it holds."""
    pending, seen = [widget], set()
    while pending:
        one = pending.pop()
        if one is None or one.model_id in seen:
            continue
        seen.add(one.model_id)
        if isinstance(one, widgets.HTML | widgets.HTMLMath):
            Marked(one.value)
        if getattr(one, "description_allow_html", False):
            Marked(one.description)
        pending += getattr(one, "children", ())
    assert len(seen) > 20


class Hostile:
    """Inputs of a seed: valid ones, spoilt ones, and ones that mean harm."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def word(self):
        return self.random.choice(
            (self.random.choice(MARKUP), self.random.choice(NUMBERS), self.random.choice(WORDS))
        )

    def text(self):
        """Return a word, or several with characters of any kind between them."""
        if self.random.random() < 0.7:
            return self.word()
        code = self.random.choice((0x7F, 0x7FF, 0xD7FF))
        between = "".join(chr(self.random.randrange(code)) for _ in range(self.random.randrange(9)))
        return self.word() + between + self.word()

    def upload(self):
        """Return the name and the content of a file."""
        kinds = (self._valid, self._spoilt, self._spoilt, self._spoilt, self._noise, self._bomb)
        return self.text()[:300] or "x", self.random.choice(kinds)()

    def _valid(self):
        r = np.arange(0.5, self.random.randrange(20, 400)) * self.random.choice(
            (0.002, 0.005, 0.05)
        )
        parts = np.stack([liquid_like(r, self.random.uniform(0.2, 0.6))] * 3)
        form = self.random.choice(list(FORMATS.values()))
        title = self.random.choice((*MARKUP, "argon"))
        return form.sample(Sample(r, parts, 13.7, title)).encode("utf-8", "replace")

    def _spoilt(self):
        data = bytearray(self._valid())
        for _ in range(self.random.randrange(1, 6)):
            at = self.random.randrange(len(data) + 1)
            to = min(len(data), at + self.random.choice((1, 2, 30, 3000)))
            piece = self.text().encode("utf-8", "surrogatepass")
            spoil = self.random.randrange(6)
            if spoil == 0:
                del data[at:to]
            elif spoil == 1:
                data[at:at] = piece
            elif spoil == 2:
                data[at:to] = piece
            elif spoil == 3:
                data[at:at] = data[at:to] * self.random.choice((1, 2, 20))
            elif spoil == 4:
                data = data[:at]
            else:
                data[at:to] = bytes(self.random.randrange(256) for _ in range(to - at))
        return bytes(data)

    def _noise(self):
        if self.random.random() < 0.5:
            return self.random.randbytes(self.random.choice((0, 1, 7, 300, 20_000)))
        return "\n".join(self.text() for _ in range(self.random.randrange(60))).encode(
            "utf-8", "surrogatepass"
        )

    def _bomb(self):
        size = self.random.choice((1_000, 100_000, 5_000_001))
        unit = self.random.choice(
            ("[", "{", "((", "1 ", "1\n", "1,", "\n", "\t", '"', "#", "@", "1e999 2\n", "- ", "&a ")
        )
        return (unit * (size // len(unit))).encode()

    def query(self, keys):
        """Return a query string with keys of a page and others."""
        keys = list(keys)
        entries = []
        for _ in range(self.random.choice((0, 1, 2, 4, 8, 100))):
            key = self.text() if self.random.random() < 0.1 else self.random.choice(keys)
            value = self.text()
            if self.random.random() < 0.2:
                value = ",".join(self.text() for _ in range(3))
            entries.append(f"{self._quoted(key)}={self._quoted(value)}")
        return self.random.choice(("&", "&", "&", ";", "&&")).join(entries)

    def _quoted(self, text):
        if self.random.random() < 0.3:
            return text
        raw = text.encode("utf-8", "surrogatepass")
        return "".join(f"%{byte:02x}" for byte in raw) + self.random.choice(
            ("", "", "", "%", "%zz")
        )

    def arguments(self, files):
        """Return a command line of a command that needs no hours, with files to name in it."""
        name = self.random.choice(COMMANDS_THAT_ANSWER)
        parser = Parser()
        COMMANDS[name].add_arguments(parser)
        made = [name]
        for action in parser._actions:
            required = action.required or not action.option_strings
            if action.dest in ("help", "csv") or self.random.random() > (
                0.98 if required else 0.12
            ):
                continue
            if action.option_strings:
                made.append(self.random.choice(action.option_strings))
            if action.nargs == 0:
                continue
            number = 1 if action.nargs in (None, "?") else self.random.randrange(1, 4)
            made += [self._value(action, files) for _ in range(number)]
        if self.random.random() < 0.1:
            made.insert(self.random.randrange(len(made) + 1), self.text())
        if name == "simulate":
            made += ["--sweeps", "64"]
        return [argument.replace("\0", "") for argument in made]

    def _value(self, action, files):
        sensible = {
            "h": "4.8", "c": "1.5", "d_pos": "0.415", "d_neg": "0.63", "sigma_s": "-0.02",
            "density": "13.7", "temperature": "345", "spread": "d_pos=0.01", "c12": "9.8e-6",
            "c6": "6.3e-3", "input": "c", "values": "1.2", "subject": "electrolyte",
        }  # fmt: skip
        if self.random.random() < 0.92:
            if action.choices:
                return str(self.random.choice(list(action.choices)))
            if action.dest in sensible:
                return sensible[action.dest]
            if action.dest == "files":
                return str(self.random.choice(files))
        return self.text()


COMMANDS_THAT_ANSWER = (
    *("predict", "sensitivity", "propagate", "sweep", "capacitance", "fit", "simulate"),
)
"""Commands that are not asked to write files or to run for long."""


def finite(text):
    """Whether a text of results holds no number that is none."""
    words = text.replace(",", " ").replace(":", " ").split()
    return not any(
        word.strip('"[]{}').lower() in ("nan", "inf", "-inf", "infinity") for word in words
    )
