"""Sections of the report on confined electrolytes; each draws its figures and returns Markdown."""

from __future__ import annotations

from pathlib import Path

from surrogate_app.reports.electrolyte.losses import losses
from surrogate_app.reports.electrolyte.models import models_on_unseen_systems
from surrogate_app.reports.electrolyte.noise import noise
from surrogate_app.reports.electrolyte.profiles import profiles
from surrogate_app.reports.electrolyte.sensitivity import sensitivities
from surrogate_app.reports.electrolyte.simulator import simulator_against_md
from surrogate_app.reports.electrolyte.studies import choice, learning_curves, search
from surrogate_app.reports.electrolyte.theory import poisson_boltzmann_against_simulations


def sections(docs: Path) -> list[str]:
    """Draw the figures of all sections and return the text of each.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Raises
    ------
    ValueError
        If a campaign whose results are reported has not been run, or no model been evaluated.
    """
    found = [
        simulator_against_md(docs),
        models_on_unseen_systems(),
        losses(docs),
        noise(docs),
        profiles(docs),
        sensitivities(docs),
        poisson_boltzmann_against_simulations(docs),
        choice(),
        search(),
        learning_curves(docs),
    ]
    return [section for section in found if section]
