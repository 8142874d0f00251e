"""What figures of profiles across the slit have in common: walls and pinned curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from surrogate_app.app.electrolyte.curve import Curve
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.electrolyte.theory import LINE_LABELS
from surrogate_app.app.figures import PIN_DASHES, PIN_OPACITY, PIN_WIDTH, Figure, faded
from surrogate_app.common.palette import NEUTRAL
from surrogate_app.electrolyte import DOMAIN

ROOM = DOMAIN["h"][1]
"""Least width in nm for which there is room in every figure: slits up to it are drawn to scale."""

THEORY_DASHES = {"approach": "solid", "points": "1px,3px"}
"""Line style of each kind of ions of Poisson–Boltzmann theory."""

HEIGHT = 400
"""Height in px of a figure without pinned curves, where two stand side by side."""

LEGEND_WIDTH = 46
"""Characters in a line of the legend."""

LINE_HEIGHT = 19
"""Height of a line of the legend in px."""


def pin(colour: str, index: int, what: str, legend: bool = True) -> go.Scatter:
    """Return the empty line of a pinned curve of `what`, in the line style of its number."""
    return go.Scatter(
        name="",
        meta=what,
        x=[],
        y=[],
        visible=False,
        mode="lines",
        opacity=PIN_OPACITY,
        line={"color": colour, "width": PIN_WIDTH, "dash": PIN_DASHES[index], "simplify": False},
        legendgroup=f"pin {index}",
        legendrank=2000 + index,
        showlegend=legend,
        hovertemplate=f"%{{y:.4f}}<extra>pinned {index + 1}, {what}</extra>",
    )


def theory(colour: str, name: str, what: str, legend: bool = True) -> go.Scatter:
    """Return the empty thin line of `what` in a theory whose name is in `LINE_LABELS`."""
    label = LINE_LABELS[name]
    return go.Scatter(
        name=label,
        meta=what,
        x=[],
        y=[],
        visible=False,
        mode="lines",
        line={"color": colour, "width": 1.1, "dash": THEORY_DASHES[name], "simplify": False},
        legendgroup=label,
        legendrank=1800,
        showlegend=legend,
        hovertemplate=f"%{{y:.4f}}<extra>{label}, {what}</extra>",
    )


def set_theories(traces: Iterable[go.Scatter], state: ElectrolyteState, x: str, y: str) -> None:
    """Show the theories of the state, a trace each; `x` and `y` are attributes of profiles."""
    shown = {LINE_LABELS[one.model]: one.profile for one in state.theories}
    for trace in traces:
        profile = shown.get(trace.name)
        trace.visible = profile is not None
        if profile is not None:
            trace.x, trace.y = getattr(profile, x), getattr(profile, y)


def walls() -> list[dict[str, Any]]:
    """Return both walls of a slit as shapes of plotly, which `set_slit` moves."""
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": 0.0,
            "x1": 0.0,
            "y0": 0,
            "y1": 1,
            "fillcolor": faded(NEUTRAL, 0.28),
            "line": {"width": 0},
            "layer": "below",
        }
        for _ in range(2)
    ]


def set_slit(figure: Figure, h: float, pins: Sequence[Curve] = ()) -> None:
    """Move the walls of a figure to those of a slit of width `h`, with room for pinned curves."""
    half = 0.5 * h
    end = 0.5 * widest(h, pins)
    left, right = figure.layout.shapes
    if right.x0 != half or right.x1 != end + 1.0:
        left.x0, left.x1, right.x0, right.x1 = -end - 1.0, -half, half, end + 1.0
        figure.layout.xaxis.range = [-end - 0.05, end + 0.05]


def widest(h: float, pins: Sequence[Curve] = ()) -> float:
    """Return the width in nm that a figure of some slits shows."""
    return max(ROOM, h, *(pin.system.h for pin in pins))


def set_pins(
    figure: Figure,
    state: ElectrolyteState,
    curves: Mapping[str, Sequence[go.Scatter]],
    x: str,
    height: int = HEIGHT,
    width: int = LEGEND_WIDTH,
) -> None:
    """Show the pinned curves, and make room for their names below the figure.

    Parameters
    ----------
    figure : Figure
        Where they are drawn.
    state : ElectrolyteState
        Holds them.
    curves : mapping of str to sequence of Scatter
        Lines of each quantity, an attribute of profiles, a line for each pinned curve.
    x : str
        Attribute of profiles for the horizontal axis.
    height : int
        Height of the figure without pinned curves in px.
    width : int
        Characters in a line of the legend.
    """
    names = _pin_names(state, width)
    for y, traces in curves.items():
        for index, trace in enumerate(traces):
            trace.visible = pinned = index < len(names)
            if pinned:
                profile = state.pinned[index].profile
                trace.name = names[index]
                trace.x, trace.y = getattr(profile, x), getattr(profile, y)
    lines = sum(name.count("<br>") + 1 for name in names)
    figure.layout.height = height + LINE_HEIGHT * lines


def _pin_names(state: ElectrolyteState, width: int) -> list[str]:
    """Name the pinned curves by the inputs in which they differ, in lines of at most `width`."""
    names = []
    for pin in state.pinned if state.curve is not None else ():
        lines: list[str] = []
        for part in pin.differences(state.curve):
            if lines and len(lines[-1]) + len(part) + 2 <= width:
                lines[-1] += f", {part}"
            else:
                lines.append(part)
        names.append("<br>".join(lines))
    return names
