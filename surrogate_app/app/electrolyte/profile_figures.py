"""What figures of profiles across the slit have in common: walls and pinned curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from surrogate_app.app.electrolyte.curve import Curve
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.app.figures import PIN_DASHES, PIN_OPACITY, PIN_WIDTH, faded
from surrogate_app.common.palette import NEUTRAL
from surrogate_app.electrolyte import DOMAIN

H_MAX = DOMAIN["h"][1]
"""Width of the widest slit in nm, for which there is room in every figure."""

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


def wall(side: int, h: float) -> dict[str, Any]:
    """Return a wall of a slit of width `h` as a shape of plotly; `side` is −1 or 1."""
    inner, outer = side * h / 2.0, side * (H_MAX / 2.0 + 1.0)
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": min(inner, outer),
        "x1": max(inner, outer),
        "y0": 0,
        "y1": 1,
        "fillcolor": faded(NEUTRAL, 0.28),
        "line": {"width": 0},
        "layer": "below",
    }


def pin_names(state: ElectrolyteState, width: int) -> list[str]:
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


def legend_height(names: Sequence[str]) -> int:
    """Return the height in px that pinned curves of these names need in the legend."""
    return LINE_HEIGHT * sum(name.count("<br>") + 1 for name in names)


def set_pins(
    traces: Iterable[go.Scatter], pins: Sequence[Curve], names: Sequence[str], x: str, y: str
) -> None:
    """Show the pinned curves as lines; `x` and `y` are attributes of their profiles."""
    for index, trace in enumerate(traces):
        pinned = index < len(pins)
        trace.visible = pinned
        if pinned:
            trace.x = getattr(pins[index].profile, x)
            trace.y = getattr(pins[index].profile, y)
            trace.name = names[index]
