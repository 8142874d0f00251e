"""Whatever is uploaded, written in an address or typed, the answer is a result or a sentence."""

import contextlib
import io
import re

import pytest
from ipywidgets.widgets.widget import _instances
from support.hostile import Hostile, assert_no_markup, bounded, bounded_memory, finite

from surrogate_app.app.electrolyte.page import Dashboard as ElectrolytePage
from surrogate_app.app.figures import PlotlyLibrary
from surrogate_app.app.liquid.page import Dashboard as LiquidPage
from surrogate_app.cli.main import BAD_INPUT, DONE, FAILURE, main

CASES = [
    pytest.param(range(25), id="some"),
    pytest.param(
        range(1000, 11_000), id="10,000", marks=[pytest.mark.slow, pytest.mark.timeout(7200)]
    ),
]
FRESH = 100
"""Inputs after which a page is opened anew."""

PAGES = {"confined_electrolyte": ElectrolytePage, "lennard_jones_fit": LiquidPage}


def opened(kind):
    """Return a page with all of its tabs, after they were shown once."""
    page = kind()
    for tab in page.state.tabs:
        page.state.tab = tab
    page.state.tab = next(iter(page.state.tabs))
    return page


def settled(page, case):
    """Check that a page shows sentences, none of which tells of a fault of its own."""
    assert_no_markup(page.widget)
    for message in (page.messages._error.value, page.messages._notice.value):
        assert "Something went wrong" not in message, (case, message)
        assert "Traceback" not in message, (case, message)


def visited(kind, seeds, do):
    page = opened(kind)
    with bounded_memory():
        for number, seed in enumerate(seeds):
            if number and number % FRESH == 0:
                for widget in list(_instances.values()):
                    if not isinstance(widget, PlotlyLibrary):  # which all pages share
                        widget.close()
                page = opened(kind)
            do(page, Hostile(seed), seed)
            settled(page, seed)


@pytest.mark.parametrize("seeds", CASES)
def test_uploads(seeds):
    def upload(page, hostile, seed):
        files = [hostile.upload() for _ in range(hostile.random.choice((1, 1, 1, 3)))]
        with bounded(seed):
            page.state.upload(files)
            for entry in page.state.entries:
                assert all(map(str.isprintable, entry.refused.values())), seed
        assert page.state.upload_refused.isprintable(), seed

    visited(LiquidPage, seeds, upload)


@pytest.mark.parametrize("notebook", PAGES)
@pytest.mark.parametrize("seeds", CASES)
def test_query_strings(notebook, seeds):
    def restore(page, hostile, seed):
        query = hostile.query(page.page.query_keys)
        with bounded(seed):
            page.messages.guard(lambda: page.state.restore(query))()

    visited(PAGES[notebook], seeds, restore)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    hostile = Hostile(0)
    paths = [folder / f"{number}.dat" for number in range(30)]
    for path in paths:
        path.write_bytes(hostile.upload()[1])
    return [*paths, folder, folder / "missing"]


@pytest.mark.parametrize("seeds", CASES)
def test_command_lines(seeds, files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    answered = 0
    with bounded_memory():
        for seed in seeds:
            arguments = Hostile(seed).arguments(files)
            out, err = io.StringIO(), io.StringIO()
            with (
                bounded(arguments),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                try:
                    code = main(arguments)
                except SystemExit as stopped:
                    code = stopped.code
            assert code in (DONE, FAILURE, BAD_INPUT), arguments
            said = err.getvalue()
            assert "Traceback" not in said, arguments
            assert said.replace("\n", "").isprintable(), arguments
            if code == DONE:
                answered += 1
                assert finite(out.getvalue()), arguments
            else:
                assert re.match(r"surrogate-app: ", said.splitlines()[-1]), (arguments, said)
    assert answered > len(seeds) / 100  # some of them make sense
    assert list(tmp_path.iterdir()) == []
