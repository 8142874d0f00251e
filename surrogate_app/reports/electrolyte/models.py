"""Section of the report on the shipped models: what they learnt from, how accurate they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.surrogate.surrogate import DEFAULT, Surrogate, model_dir
from surrogate_app.reports.documents import markdown_table, render


def models_on_unseen_systems(docs: Path) -> str:
    """Tell what the shipped models learnt from and how far they are off on the test systems.

    Parameters
    ----------
    docs : Path
        Documentation folder.

    Returns
    -------
    str
        Section in Markdown.

    Raises
    ------
    ValueError
        If the models have not been evaluated.
    """
    path = model_dir() / "evaluation.json"
    if not path.exists():
        raise ValueError(
            "the electrolyte models have not been evaluated; "
            "run surrogate-app evaluate electrolyte --write first"
        )
    results = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        [name, designs(data), f"{data['training']:,}", f"{data['validation']:,}"]
        for name in results["models"]
        for data in [Surrogate.load(name).metadata["data"]]
    ]
    return render(
        "electrolyte/models.md.j2",
        systems=results["test"]["systems"],
        sweeps=results["test"]["sweeps"],
        taught=markdown_table(["model", "designs", "trained on", "stopped by"], rows),
        table=evaluation.as_table(results),
        default=DEFAULT,
        corner=results["test"]["corner_systems"],
    )


def designs(data: dict[str, Any]) -> str:
    """Name the designs that a model learnt from, by the `data` of its metadata."""
    parts = data.get("parts", [data])
    return " and ".join(part["options"]["design"] for part in parts)
