"""View of the tab Fit: renders the state and computes nothing."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from surrogate_app.app.figures import PIN_WIDTH, Figure, band, line, set_band
from surrogate_app.app.liquid.rdf_figure import (
    FIT_WIDTH,
    G_TITLE,
    HOVER,
    Q_HOVER,
    Q_TITLE,
    R_TITLE,
    S_TITLE,
    points,
)
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.tabs import Host, TabView
from surrogate_app.app.widgets import caption
from surrogate_app.common.palette import FITTED, NEUTRAL
from surrogate_app.liquid import StructureFactorFit

CAPTION = (
    "Dots: <i>g</i>(<i>r</i>) of the file. Line: <i>g</i>(<i>r</i>) of the Lennard-Jones "
    "fluid with the fitted parameters at the same density and temperature. Below, their "
    "difference; grey: ±1 standard deviation of the file’s points at large distances."
)
CAPTION_OF_Q = (
    "Dots: <i>S</i>(<i>q</i>) of the file. Line: level + scale · (<i>S</i><sub>LJ</sub> − 1) of "
    "the Lennard-Jones fluid with the fitted parameters at the same density and temperature, at "
    "the wave numbers that were used. Below, their difference."
)


class FitView(TabView):
    """The file's g(r) or S(q) beside that of the fit, and their difference beneath."""

    def __init__(self, _host: Host) -> None:
        self.figure = Figure(
            name="rdf-fit",
            alt="Radial distribution function of the file and of the fit",
            x_title=R_TITLE,
            y_title=G_TITLE,
            hover=HOVER,
            height=520,
        )
        self.figure.add_traces(
            [
                points("File"),
                line(FITTED, "Fit"),
                band(NEUTRAL, "±1σ of the file", yaxis="y2", showlegend=True),
                line(FITTED, "Fit − file", "%{y:.4f}", yaxis="y2", showlegend=False),
            ]
        )
        self.figure.data[1].line.width = FIT_WIDTH
        self.figure.data[3].line.width = PIN_WIDTH
        upper = self.figure.layout.yaxis
        self.figure.update_layout(
            yaxis={"domain": [0.33, 1.0], "rangemode": "tozero"},
            yaxis2={
                **{key: upper[key] for key in ("gridcolor", "linecolor", "ticks", "ticklen")},
                **{"showline": True, "tickcolor": NEUTRAL, "anchor": "x", "domain": [0.0, 0.25]},
                **{"zerolinecolor": NEUTRAL, "zerolinewidth": 1, "nticks": 5},
                "title": {**upper.title.to_plotly_json(), "text": "Fit − file"},
            },
            xaxis={"anchor": "y2"},
            hoversubplots="axis",
        )
        self.caption = caption(CAPTION)
        self.widget = widgets.VBox([self.figure, self.caption])

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the tab by name."""
        return {"rdf-fit": self.figure}

    def render(self, state: LiquidState) -> None:
        """Show the state."""
        fit = state.fit
        if fit is None:
            return
        if isinstance(fit, StructureFactorFit):
            given = fit.structure_factor
            titles, text = (Q_TITLE, S_TITLE, Q_HOVER), CAPTION_OF_Q
            x, file, curve, noise = given.q, given.s, fit.s_fit, np.nan
            self.figure.alt = (
                f"Structure factor of {fit.name or 'the file'} and of the fit, whose misfit is "
                f"{fit.misfit:.2g} of that typical of measured data"
            )
        else:
            titles, text = (R_TITLE, G_TITLE, HOVER), CAPTION
            x, file, curve, noise = fit.rdf.r, fit.rdf.g, fit.g_fit, fit.noise
            self.figure.alt = (
                f"Radial distribution function of {fit.name or 'the file'} and of the fit, "
                f"which differs from it by {100.0 * fit.rdf_error:.2g} %"
            )
        uploaded, fitted, scatter, residual = self.figure.data
        with self.figure.batch_update():
            uploaded.x, uploaded.y = x, file
            fitted.x, fitted.y = x, curve
            residual.x, residual.y = x, curve - file
            scatter.visible = bool(np.isfinite(noise))
            set_band(scatter, x[[0, -1]], np.zeros(2), np.full(2, noise))
            layout = self.figure.layout
            layout.xaxis.title.text, layout.yaxis.title.text, hover = titles
            layout.xaxis.unifiedhovertitle = {"text": hover}
        self.caption.value = f"<p>{text}</p>"
