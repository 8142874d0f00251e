"""Sections of the reproduction report on liquids; each draws its figures and returns Markdown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from surrogate_app.liquid.folders import model_dir
from surrogate_app.reports.liquid.fits import paper_network
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
    results = stored_evaluation()
    return [
        simulator_against_others(docs),
        data(docs),
        forward(docs, results),
        paper_network(docs, results),
        run_length(docs, results),
        coverage(results),
    ]


def stored_evaluation() -> dict[str, Any]:
    """Read what `surrogate-app evaluate liquid --write` stored beside the models.

    Raises
    ------
    ValueError
        If the models have not been evaluated.
    """
    path = model_dir() / "evaluation.json"
    if not path.exists():
        raise ValueError(
            "the liquid models have not been evaluated; "
            "run surrogate-app evaluate liquid --write first"
        )
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results
