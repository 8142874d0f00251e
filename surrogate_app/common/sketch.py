"""Small pictures of curves as SVG, for the list of pages."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import NEUTRAL

WIDTH, HEIGHT = 320, 170
"""Size in px."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 8, 8, 26


@dataclass(frozen=True)
class Curve:
    """A line of a picture.

    Parameters
    ----------
    x, y : ndarray, shape (N,)
        Its points; x increases.
    colour : str
        Colour as `#RRGGBB`.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: str


def sketch(
    curves: Iterable[Curve],
    x_title: str,
    y_title: str,
    bands: Iterable[tuple[float, float]] = (),
) -> str:
    """Draw curves in a frame with titles at its axes, from zero upwards and without numbers.

    Parameters
    ----------
    curves : iterable of Curve
        What is drawn.
    x_title, y_title : str
        Titles of the axes, plain text.
    bands : iterable of tuple of float
        Stretches of x in grey, such as walls; the picture is as wide as these and the curves.

    Returns
    -------
    str
        An SVG document of `WIDTH` times `HEIGHT`.

    Examples
    --------
    >>> x = np.linspace(0.0, 1.0, 5)
    >>> sketch([Curve(x, x**2, "#000000")], "x", "y").count("<polyline")
    1
    """
    drawn, grey = list(curves), list(bands)
    ends = [curve.x[[0, -1]] for curve in drawn] + [np.array(band) for band in grey]
    low, high = float(np.min(ends)), float(np.max(ends))
    top = 1.08 * max(float(np.max(curve.y)) for curve in drawn)
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def place(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
        across = np.interp(x, (low, high), (_LEFT, right))
        up = np.interp(y, (0.0, top), (bottom, _TOP))
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, up, strict=True))

    parts = []
    for start, end in grey:
        a, b = np.interp((start, end), (low, high), (_LEFT, right))
        parts.append(
            f'<rect x="{a:.1f}" y="{_TOP}" width="{b - a:.1f}" height="{bottom - _TOP}" '
            f'fill="{NEUTRAL}" fill-opacity="0.28"/>'
        )
    parts.append(
        f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="{NEUTRAL}"/>'
        f'<text x="{(_LEFT + right) / 2}" y="{HEIGHT - 7}">{html.escape(x_title)}</text>'
        f'<text transform="translate(15 {(_TOP + bottom) / 2}) rotate(-90)">'
        f"{html.escape(y_title)}</text>"
    )
    for curve in drawn:
        parts.append(
            f'<polyline points="{place(curve.x, curve.y)}" fill="none" '
            f'stroke="{curve.colour}" stroke-width="2.2" stroke-linejoin="round"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, sans-serif" font-size="12" '
        f'text-anchor="middle" fill="#57606A"><rect width="{WIDTH}" height="{HEIGHT}" '
        f'fill="#FFFFFF"/>{"".join(parts)}</svg>'
    )
