"""Section of the report on the shipped models: what they were trained on, how accurate they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.reports.documents import markdown_table, render, stored_evaluation


def models_on_unseen_systems(folder: Path | None = None) -> str:
    """Report what the shipped models were trained on and how accurate they are on the test systems.

    Parameters
    ----------
    folder : Path, optional
        Folder with a folder of models for each half; the pretrained ones by default.

    Returns
    -------
    str
        Section in Markdown.

    Raises
    ------
    ValueError
        If the models have not been evaluated.
    """
    results = stored_evaluation("electrolyte", folder)
    rows = [
        [name, designs(data), f"{data['training']:,}", f"{data['validation']:,}"]
        for name in results["models"]
        for data in [Surrogate.load(name, folder and folder / "electrolyte").card.data]
    ]
    return render(
        "electrolyte/models.md.j2",
        systems=results["test"]["systems"],
        sweeps=results["test"]["sweeps"],
        trained=markdown_table(["model", "designs", "trained on", "stopped by"], rows),
        table=evaluation.as_table(results),
        default=Surrogate.default_name(),
        corner=results["test"]["corner_systems"],
    )


def designs(data: Mapping[str, Any]) -> str:
    """Name the designs that a model was trained on, by the `data` of its metadata."""
    parts = data.get("parts", [data])
    return " and ".join(part["options"]["design"] for part in parts)
