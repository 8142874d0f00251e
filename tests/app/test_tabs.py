"""A tab is one folder: what it takes to add one, and how pages show it."""

import json
import subprocess
import sys

import pytest

from surrogate_app.app import benchmark
from surrogate_app.app.electrolyte.tabs import TABS as ELECTROLYTE_TABS
from surrogate_app.app.liquid.tabs import TABS as LIQUID_TABS
from surrogate_app.app.tabs import TabView

STATE = """
from traitlets import Int

from surrogate_app.app.tabs import TabState


class Numbers:
    system, model = None, {"name": "toy"}

    def to_csv(self):
        return "colour"

    def to_json(self):
        return "{}"


class ToyState(TabState):
    keys = ("colour",)
    colour = Int(1)

    def settings(self):
        return {"colour": str(self.colour)}

    def restore(self, settings):
        if "colour" in settings:
            self.change(colour=int(settings["colour"]))

    def compute(self, target):
        return f"{type(target).__name__} in colour {self.colour}"

    def table(self, name):
        return Numbers()
"""

VIEW = """
import ipywidgets as widgets

from surrogate_app.app.tabs import TabView


class ToyView(TabView):
    def __init__(self, host):
        self.tab_state = host.state.tab_states["toy"]
        self.widget = widgets.HTML()

    def render(self, state):
        self.widget.value = self.tab_state.result
"""

TAB = """
from surrogate_app.app.tabs import Tab
from {package}.toy.state import ToyState

TAB = Tab("toy", "Toy", order=25, view=f"{{__name__}}.view:ToyView", state=ToyState,
          exports=("toy",))
"""

SCRIPT = """
import importlib, json, sys

half, folder = sys.argv[1:]
package = importlib.import_module(f"surrogate_app.app.{half}.tabs")
package.__path__.append(folder)
from surrogate_app.app import benchmark

page = importlib.import_module(f"surrogate_app.app.{half}").Dashboard()
titles = list(page.tabs.titles)
loaded = f"{package.__name__}.toy.view" in sys.modules
page.state.tab = "toy"
page.state.tab_states["toy"].change(colour=7)
query = page.page.query
shown = page.tabs.children[titles.index("Toy")].children[0].value
other = importlib.import_module(f"surrogate_app.app.{half}").Dashboard()
other.state.restore(query)
print(json.dumps({
    "titles": titles,
    "loaded": loaded,
    "query": query,
    "keys": list(page.page.query_keys),
    "shown": shown,
    "restored": other.state.tab_states["toy"].result,
    "notice": other.state.notice,
    "timed": benchmark.titles() if half == "electrolyte" else None,
    "exports": {name: page.state.tab_states["toy"].table(name).to_csv()
                for name in page.state.tabs["toy"].exports},
}))
"""


@pytest.mark.parametrize(("half", "target"), [("electrolyte", "Target"), ("liquid", "Fit")])
def test_a_new_tab_is_one_folder(tmp_path, half, target):
    """It is on the page and in the link, opens lazily, and is timed, without any other edit."""
    folder = tmp_path / "toy"
    folder.mkdir()
    tab = TAB.format(package=f"surrogate_app.app.{half}.tabs")
    for name, text in (("__init__", tab), ("state", STATE), ("view", VIEW)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", SCRIPT, half, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["titles"].index("Toy") == 2
    assert not found["loaded"]
    assert found["query"].endswith("tab=toy&colour=7")
    assert "colour" in found["keys"]
    assert found["shown"] == found["restored"] == f"{target} in colour 7"
    assert found["notice"] == ""
    assert found["exports"] == {"toy": "colour"}
    if found["timed"] is not None:
        assert found["timed"] == found["titles"]


@pytest.mark.parametrize("tabs", [ELECTROLYTE_TABS, LIQUID_TABS])
def test_tabs_stand_in_their_order_and_each_has_a_view(tabs):
    orders = [tab.order for tab in tabs.values()]
    assert orders == sorted(set(orders))
    for name, tab in tabs.items():
        assert tab.name == name
        module, _, view = tab.view.partition(":")
        assert issubclass(getattr(__import__(module, fromlist=[view]), view), TabView)
        assert tab.state is not None or not tab.exports


def test_entries_of_tabs_in_a_link_are_told_apart():
    for tabs in (ELECTROLYTE_TABS, LIQUID_TABS):
        keys = [key for tab in tabs.values() if tab.state is not None for key in tab.state.keys]
        assert len(set(keys)) == len(keys)


def test_every_tab_of_the_sliders_is_timed():
    assert benchmark.titles() == [tab.title for tab in ELECTROLYTE_TABS.values()]
