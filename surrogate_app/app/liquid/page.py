"""The page that fits Lennard-Jones potentials: wires the state to its views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets

from surrogate_app.app.dashboard import BaseDashboard, Step
from surrogate_app.app.liquid import link, readout
from surrogate_app.app.liquid.controls import Controls
from surrogate_app.app.liquid.state import LiquidState
from surrogate_app.app.markup import snippet
from surrogate_app.app.widgets import Choice, button, chips, panel
from surrogate_app.liquid import StructureFactorFit
from surrogate_app.liquid.export import fit as export
from surrogate_app.liquid.export import structure_factor as export_of_q

LANGUAGES: Mapping[str, tuple[str, str, Callable[[Any], str]]] = MappingProxyType(
    {
        "GROMACS (.itp)": ("itp", "text/plain", export.gromacs_itp),
        "LAMMPS, units real": ("lmp", "text/plain", lambda f: export.lammps_lines(f, "real")),
        "LAMMPS, units lj": ("lmp", "text/plain", lambda f: export.lammps_lines(f, "lj")),
        "OpenMM (.xml)": ("xml", "application/xml", export.openmm_xml),
        "VOTCA (.pot.in)": ("pot.in", "text/plain", export.votca_table),
        "relentless (.py)": ("py", "text/x-python", export.relentless_script),
    }
)
"""File extension, media type and writer of each simulation program's language."""


TOUR = (
    Step(
        ".sa-section-data",
        "Bring a file",
        "Drop a radial distribution function or a structure factor here, as your program wrote it, "
        "or begin with an example.",
    ),
    Step(
        ".sa-section-liquid",
        "Say what liquid it is",
        "Density and temperature of that simulation or measurement, in the units that you have.",
    ),
    Step(
        ".sa-section-reading",
        "See what was read",
        "Units, bins and quantities were inferred from the file. Correct here what is not so.",
    ),
    Step(
        "#result",
        "Read the result",
        "The Lennard-Jones parameters with one standard deviation, and how far to trust them. "
        "Warnings name the cause of a misfit.",
    ),
    Step(
        ".sa-tabs > .lm-TabBar, .sa-tabs > .jupyter-widget-tab-bar",
        "Go on",
        "Look at the state among the phases, compare methods, change the potential by hand. Below "
        "stand the lines for your simulation program.",
    ),
)

PAPER = """@article{Moradzadeh2019,
  title   = {Transfer-Learning-Based Coarse-Graining Method for Simple Fluids: Toward Deep Inverse
             Liquid-State Theory},
  author  = {Moradzadeh, Alireza and Aluru, Narayana R.},
  journal = {The Journal of Physical Chemistry Letters},
  volume  = {10},
  pages   = {1242--1250},
  year    = {2019},
  doi     = {10.1021/acs.jpclett.8b03872}
}"""


class Dashboard(BaseDashboard):
    """The interactive page that fits Lennard-Jones potentials to g(r).

    Parameters
    ----------
    state : LiquidState, optional
        What to show; by default a new state with the default model and the first example.

    Examples
    --------
    >>> dashboard = Dashboard()  # doctest: +SKIP
    >>> dashboard.open()  # doctest: +SKIP
    """

    state: LiquidState
    tour = TOUR
    paper = PAPER

    def __init__(self, state: LiquidState | None = None) -> None:
        super().__init__(state or LiquidState(), link.keys())
        guard = self.host.guard
        self.results = widgets.HTML()
        self.language = Choice(
            "Simulation program",
            [(name, name) for name in LANGUAGES],
            guard(lambda _: self._render_potential()),
        )
        self.save = button("Save", "Save these lines as a file", guard(self._save_potential))
        self.potential = widgets.HTML()
        self.arrange(
            Controls(self.state, guard, self._export),
            above=[panel("Result", "result", self.results)],
            below=[
                panel(
                    "For simulation programs",
                    "potential",
                    chips(self.language, self.save),
                    self.potential,
                )
            ],
            traits=["revision"],
        )

    def render_panels(self) -> None:
        """Bring the results and the potential up to date."""
        if self.state.fit is not None:
            self.results.value = readout.results(self.state.fit)
            self._render_potential()

    def python(self) -> str:
        """Return the Python that repeats the fit; '' while something is refused."""
        if self.state.entry is None or self.state.stale:
            return ""
        return readout.python(self.state.entry, self.state.model)

    def table_file(self, _table: Any, name: str, extension: str) -> str:
        """Return the name of the file that holds a table of a tab."""
        return f"{name}_{export.file_name(self.state.fit, extension)}"

    def _render_potential(self) -> None:
        if self.state.fit is not None:
            *_, write = LANGUAGES[self.language.value]
            self.potential.value = snippet(write(self.state.fit), "sa-potential")

    def _save_potential(self) -> None:
        if self.state.fit is None:
            raise ValueError("There is no fit to save.")
        if self.state.entry is not None and self.state.entry.refused:
            raise ValueError(
                "These lines belong to an earlier fit: correct the refused input on the left, then "
                "save."
            )
        extension, media_type, write = LANGUAGES[self.language.value]
        name = export.file_name(self.state.fit, extension)
        self.page.download(name, media_type, write(self.state.fit))

    def _export(self, extension: str) -> None:
        valid, shown = self.state.fits, self.state.fit
        # an older fit that is shown while something is refused is left out like any other
        fits = sorted(valid, key=lambda fit: fit is not shown)
        if not fits:
            raise ValueError("There is no fit to export.")
        of_q = [fit for fit in fits if isinstance(fit, StructureFactorFit)]
        of_r = [fit for fit in fits if not isinstance(fit, StructureFactorFit)]
        # tables of g(r) and of S(q) have other columns: those like the first are saved
        table = (
            export_of_q.table(of_q)
            if isinstance(fits[0], StructureFactorFit)
            else export.table(of_r)
        )
        self._download(export.file_name(fits[0], extension), extension, table)
