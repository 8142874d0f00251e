"""View of the tab Sensitivity: renders its state and computes nothing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
import plotly.graph_objects as go

from surrogate_app.app.electrolyte.analysis.positions import (
    MAX_POSITIONS,
    PAPER_POSITIONS,
    at_distance,
    label,
)
from surrogate_app.app.electrolyte.analysis.state import WIDTHS
from surrogate_app.app.electrolyte.analysis.view import (
    AnalysisView,
    PositionControls,
    SpreadControls,
    quantity_choice,
)
from surrogate_app.app.electrolyte.inputs import QUANTITY_SYMBOLS, QUANTITY_UNITS, SYMBOLS
from surrogate_app.app.electrolyte.tabs.sensitivity import readout
from surrogate_app.app.electrolyte.tabs.sensitivity.state import SensitivityState
from surrogate_app.app.electrolyte.tabs.sensitivity.surface import SurfaceFigures
from surrogate_app.app.figures import INK, Figure, faded, line
from surrogate_app.app.tabs import Host, figure_box
from surrogate_app.app.widgets import button
from surrogate_app.common.palette import INPUTS, NEUTRAL

ROMAN = ("I", "II", "III", "IV", "V")
"""What figures call the positions."""

INTERACTIONS = "interactions"
"""What figures call the share of sets of several inputs."""


class SensitivityView(AnalysisView):
    """Shares of the variance across the slit, and pies and response surfaces at positions."""

    tab_state: SensitivityState

    def __init__(self, host: Host) -> None:
        super().__init__(host, "sensitivity")
        guard, analysis = host.guard, self.tab_state
        self.quantity = quantity_choice(host)
        self.spreads = SpreadControls(host.state, guard)
        self.paper = button(
            "Paper’s five",
            "The five positions of Fig. 8",
            guard(lambda: analysis.examine(PAPER_POSITIONS)),
        )
        self.positions = PositionControls(guard, analysis.toggle, analysis.add, self.paper)
        self.answer = widgets.HTML()
        self.answer.add_class("sa-answer")
        self.shares = widgets.HTML()
        self._indices: Any = None
        self.across = self._across()
        self.pies = _pies()
        self.surfaces = SurfaceFigures(analysis, host)
        self._pies_box = figure_box(
            widgets.VBox([self.pies, self.shares]),
            "Shares of the variance at the chosen positions, in the colours of the figure above.",
            "sensitivity_places",
            host,
        )
        details = widgets.Box([self._pies_box, self.surfaces.widget])
        details.add_class("sa-two-figures")
        self.arrange(
            widgets.Box([self.quantity, self.spreads.widget, self.positions.widget]),
            self.answer,
            figure_box(
                self.across,
                "Above: share of each input in the variance of the quantity, and (grey) that of "
                "interactions between inputs. Below: the standard deviation; shares are hatched "
                "where it is below 1 % of its maximum, and left out where the quantity does not "
                "vary. Click to examine a position; positions are distances from the nearer wall.",
                "sensitivity",
                host,
            ),
            details,
        )

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"sensitivity": self.across, "shares": self.pies, **self.surfaces.figures}

    @property
    def beside(self) -> str:
        """What is said beside the field of the distance."""
        return self.positions.refusal

    def show_options(self) -> None:
        """Show the settings of the tab."""
        analysis = self.tab_state
        self.quantity.show(analysis.analysis.quantity)
        self.spreads.show()
        system = analysis.target.system if analysis.target is not None else None
        self.positions.show(analysis.positions, analysis.position, system)

    def draw(self) -> None:
        """Draw indices, pies and surface."""
        result = self.tab_state.result
        assert result is not None
        if self._indices == (indices := (result.across, result.at_positions)):
            return  # only the surface is new
        self._indices = indices
        self._draw_across()
        self._draw_pies()
        found = result.at_positions
        (self._pies_box.add_class if found is None else self._pies_box.remove_class)("sa-hidden")
        self.shares.value = "" if found is None else readout.shares(found, ROMAN)

    def mark(self) -> None:
        """Describe one position, and show its response surface."""
        found = self.tab_state.result
        self.answer.value = ""
        if (
            found is not None
            and found.at_positions is not None
            and self.tab_state.position in found.positions
        ):
            index = found.positions.index(self.tab_state.position)
            self.answer.value = readout.answer(
                found.at_positions, index, label(self.tab_state.position)
            )
        self.surfaces.show()

    def _across(self) -> Figure:
        figure = Figure(
            name="sensitivity",
            alt="Shares of the variance against position, above its standard deviation",
            x_title="Position across the slit <i>z</i> (nm)",
            y_title="Share of variance (%)",
            hover="z = %{x:.3f} nm",
            height=470,
        )
        names = [*WIDTHS, INTERACTIONS]
        for name in names:
            colour = INPUTS.get(name, NEUTRAL)
            figure.add_trace(
                go.Scatter(
                    name=SYMBOLS.get(name, name),
                    x=[],
                    y=[],
                    mode="lines",
                    stackgroup="shares",
                    line={"width": 0.5, "color": colour},
                    fillcolor=faded(colour, 0.75),
                    hovertemplate="%{y:.1f} %",
                )
            )
        figure.add_trace(
            go.Scatter(
                name="hardly varies",
                x=[],
                y=[],
                mode="lines",
                line={"width": 0, "shape": "hvh"},
                fill="tozeroy",
                fillcolor="rgba(255, 255, 255, 0)",
                fillpattern={"shape": "/", "size": 7, "solidity": 0.25, "fgcolor": NEUTRAL},
                hoverinfo="skip",
            )
        )
        figure.add_trace(line(NEUTRAL, "standard deviation", "%{y:.4g}", yaxis="y2"))
        figure.add_trace(
            go.Scatter(
                name="positions",
                x=[],
                y=[],
                mode="lines",
                line={"width": 1.6, "color": INK, "dash": "dash"},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[],
                y=[],
                mode="text",
                textposition="top center",
                hoverinfo="skip",
                showlegend=False,
                cliponaxis=False,
            )
        )
        for trace in figure.data[:-2]:
            trace.on_click(self.host.guard(self._clicked))
        below = figure.layout.yaxis.to_plotly_json()
        below["title"]["text"] = ""
        figure.update_layout(
            yaxis={"range": [0, 100], "domain": [0.36, 0.96]},
            yaxis2={
                **below,
                "range": None,
                "domain": [0.0, 0.24],
                "rangemode": "tozero",
            },
            xaxis={"anchor": "y2"},
            legend={"traceorder": "normal"},
        )
        return figure

    def _draw_across(self) -> None:
        assert self.tab_state.result is not None
        found, at_positions = self.tab_state.result.across, self.tab_state.result.at_positions
        *areas, hatched, std, marks, names = self.across.data
        together = [share for names, share in found.indices.items() if len(names) > 1]
        shares = {
            **found.first_order,
            **({INTERACTIONS: np.sum(together, axis=0)} if together else {}),
        }
        unit = QUANTITY_UNITS[found.quantity]
        with self.across.batch_update():
            for name, trace in zip((*WIDTHS, INTERACTIONS), areas, strict=True):
                trace.visible = name in shares
                if name in shares:
                    defined = np.isfinite(shares[name])
                    trace.x, trace.y = found.z[defined], 100.0 * shares[name][defined]
            hatched.x, hatched.y = found.z, np.where(found.weighty, 0.0, 100.0)
            std.x, std.y = found.z, found.std
            z = at_positions.z if at_positions is not None else np.empty(0)
            marks.x = [x for one in z for x in (one, one, None)]
            marks.y = [0.0, 100.0, None] * len(z)
            names.x, names.y, names.text = z, np.full(len(z), 100.0), list(ROMAN[: len(z)])
            symbol = QUANTITY_SYMBOLS[found.quantity]
            self.across.layout.yaxis2.title.text = f"std of {symbol}<br>({unit})"

    def _draw_pies(self) -> None:
        assert self.tab_state.result is not None
        found, chosen = self.tab_state.result.at_positions, self.tab_state.result.positions
        with self.pies.batch_update():
            for index, pie in enumerate(self.pies.data):
                pie.visible = found is not None and index < len(chosen)
                if found is None or index >= len(chosen):
                    continue
                names = [*found.names, *([INTERACTIONS] if len(found.names) > 1 else [])]
                lone = [float(found.first_order[name][index]) for name in found.names]
                together = max(1.0 - sum(lone), 0.0)
                pie.values = np.nan_to_num([*lone, together])[: len(names)]
                pie.labels = [SYMBOLS.get(name, name) for name in names]
                pie.marker.colors = [INPUTS.get(name, NEUTRAL) for name in names]
                width = 1.0 / len(chosen)
                pie.domain.x = (width * (index + 0.04), width * (index + 0.96))
                pie.title.text = f"{ROMAN[index]}: {found.r[index]:.3g} nm"

    def _clicked(self, _trace: Any, points: Any, _state: Any) -> None:
        target = self.tab_state.target
        if points.xs and target is not None:
            r = 0.5 * target.system.h - abs(points.xs[0])
            self.tab_state.add(at_distance(round(max(r, 0.0), 3)))


def _pies() -> Figure:
    figure = Figure(
        name="shares",
        alt="Shares of the variance at the chosen positions",
        x_title="",
        y_title="",
        hover="",
        height=230,
    )
    figure.add_traces(
        [
            go.Pie(
                visible=False,
                sort=False,
                direction="clockwise",
                textinfo="percent",
                texttemplate="%{percent:.0%}",
                textposition="inside",
                insidetextorientation="horizontal",
                title={"position": "top center", "font": {"size": 12}},
                hovertemplate="%{label}: %{percent:.2%}<extra></extra>",
            )
            for _ in range(MAX_POSITIONS)
        ]
    )
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        uniformtext={"minsize": 10, "mode": "hide"},
        legend={"y": -0.05},
    )
    return figure
