"""Pages of the documentation are complete, and what they show can be run."""

import importlib
import re
import shlex
import subprocess
import sys

import pytest
import yaml

from surrogate_app import electrolyte, liquid
from surrogate_app.cli.command import COMMANDS, parser

HALVES = {"electrolyte": electrolyte, "liquid": liquid}
RUN = ("tutorials/electrolyte", "tutorials/liquid", "howto/export", "howto/batch")
RUN += ("reference/electrolyte", "reference/liquid")
"""Pages with examples in Python."""


@pytest.fixture(scope="module")
def docs(root):
    return root / "docs"


@pytest.fixture
def extension(docs, monkeypatch):
    """Return a function that imports one of the extensions of the documentation."""
    monkeypatch.syspath_prepend(str(docs / "extensions"))

    def load(name):
        monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module(name)

    return load


def listed(docs, page="index"):
    """Return a page and all that its tables of contents lead to."""
    found = [page]
    text = (docs / f"{page}.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```{toctree}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for entry in block.splitlines():
            if entry and not entry.startswith(":"):
                path = (docs / page).parent / entry
                found += listed(docs, path.resolve().relative_to(docs.resolve()).as_posix())
    return found


def blocks(text, language):
    """Return the code in a language, and whether it is marked as slow."""
    pattern = rf"^(<!-- slow: .*? -->\n)?```{language}\n(.*?)^```"
    return [
        (code, bool(slow)) for slow, code in re.findall(pattern, text, re.MULTILINE | re.DOTALL)
    ]


def test_every_page_is_in_the_contents_once(docs):
    pages = [path.relative_to(docs).with_suffix("").as_posix() for path in docs.rglob("*.md")]
    assert sorted(listed(docs)) == sorted(pages)


@pytest.mark.parametrize("half", HALVES)
def test_every_public_name_is_in_the_reference(docs, half):
    text = (docs / "reference" / f"{half}.md").read_text(encoding="utf-8")
    found = re.findall(r"^\.\. auto\w+:: ([\w.]+)$", text, re.MULTILINE)
    assert set(HALVES[half].__all__) <= {name.rsplit(".", 1)[1] for name in found}
    for name in found:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_every_command_and_option_is_described(extension):
    described = dict(extension("commands").commands())
    assert list(described) == list(COMMANDS)
    assert "`--spread`" in described["sensitivity"]
    assert "`{electrolyte" not in described["train"]
    assert "`electrolyte` or `liquid`" in described["train"]
    assert "C12 in kJ/mol nm¹²" in described["simulate"]
    for text in described.values():
        assert "argparse" not in text
        assert "%(" not in text


@pytest.mark.parametrize("half", HALVES)
def test_every_model_has_a_card(extension, root, half):
    cards = dict(extension("cards").cards(half))
    folder = root / "pretrained" / half
    weights = {path.stem for ending in ("keras", "npz") for path in folder.glob(f"*.{ending}")}
    assert set(cards) == weights
    for name, card in cards.items():
        assert re.search(rf"\| made by \| `surrogate-app train {half}( --model {name})?` \|", card)
        assert "| SHA-256 of the weights |" in card
        assert "training systems" in card or half == "liquid"


def test_every_printed_command_is_understood(docs, root):
    known = parser()
    for path in (*docs.rglob("*.md"), root / "README.md", root / "CONTRIBUTING.md"):
        for code, _ in blocks(path.read_text(encoding="utf-8"), "sh"):
            for line in code.replace("\\\n", " ").splitlines():
                words = shlex.split(line.split(" > ")[0], comments=True)
                if words[:1] == ["surrogate-app"]:
                    known.parse_args(words[1:])


def run(page, docs, folder, slow):
    """Run the examples of a page one after another, in a folder with the example files."""
    (folder / "pretrained").symlink_to(docs.parent / "pretrained")
    names = {}
    ran = 0
    for code, takes_long in blocks((docs / f"{page}.md").read_text(encoding="utf-8"), "python"):
        if slow or not takes_long:
            exec(compile(code, f"{page}.md", "exec"), names)
            ran += 1
    assert ran


@pytest.mark.parametrize("page", RUN)
def test_the_examples_run(page, docs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(page, docs, tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", [*RUN[:2], "reference/liquid"])
def test_the_examples_that_take_long_run(page, docs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(page, docs, tmp_path, slow=True)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_outside(docs, tmp_path):
    options = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet", "-b", "html"]
    command = [sys.executable, "-m", "sphinx", *options, docs, tmp_path / "site"]
    subprocess.run([*command, "-d", tmp_path / "trees"], check=True)
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]*)\"", text)
        loaded += re.findall(r"<link\b[^>]*\bhref=\"([^\"]*)\"", text)
        assert loaded
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], page


def test_pages_with_examples_are_run(docs):
    pages = (path for path in docs.rglob("*.md") if blocks(path.read_text("utf-8"), "python"))
    assert {page.relative_to(docs).with_suffix("").as_posix() for page in pages} == set(RUN)


def test_the_style_of_equations_is_that_of_their_script(docs):
    katex = pytest.importorskip("sphinxcontrib.katex")
    style = (docs / "static/katex/katex.min.css").read_text(encoding="utf-8")
    assert f'content:"{katex.katex_version}"' in style
    for name in re.findall(r"url\(fonts/([\w-]+\.woff2)\)", style):
        assert (docs / "static/katex/fonts" / name).is_file()


def test_the_documentation_is_built_by_one_command_everywhere(root):
    workflow = yaml.safe_load((root / ".github/workflows/docs.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make docs"]
    recipe = (root / "Makefile").read_text(encoding="utf-8").split("\ndocs: ")[1].split("\n\n")[0]
    for option in ("--fail-on-warning", "--nitpicky", "build/docs"):
        assert option in recipe
