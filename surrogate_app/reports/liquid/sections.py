"""Sections of the reproduction report on liquids; each draws its figures and returns Markdown."""

from __future__ import annotations

from pathlib import Path

from surrogate_app.reports.documents import stored_evaluation
from surrogate_app.reports.liquid.fits import paper_network
from surrogate_app.reports.liquid.molecules import molecules
from surrogate_app.reports.liquid.noise import coverage, run_length
from surrogate_app.reports.liquid.simulator import simulator_against_others
from surrogate_app.reports.liquid.states import data, forward


def sections(docs: Path) -> list[str]:
    """Draw the figures of all sections and return the text of each.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Raises
    ------
    ValueError
        If a campaign has not been run or the models have not been evaluated.
    """
    results = stored_evaluation("liquid")
    return [
        simulator_against_others(docs),
        data(docs),
        forward(docs, results),
        paper_network(docs, results),
        run_length(docs, results),
        coverage(results),
        molecules(docs),
    ]
