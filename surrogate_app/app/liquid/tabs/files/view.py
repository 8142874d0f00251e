"""View of the tab All files: renders the state and computes nothing."""

from __future__ import annotations

import ipywidgets as widgets

from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.liquid.tabs.files import readout
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import caption


class FilesView(TabView):
    """The results of all files in a table."""

    def __init__(self, _host: Host) -> None:
        self.table = widgets.HTML()
        self.widget = widgets.VBox(
            [
                self.table,
                caption("One row for each file, with ±1σ; the file that is shown is highlighted."),
            ]
        )

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        self.table.value = readout.table(state.entries, state.selected)
