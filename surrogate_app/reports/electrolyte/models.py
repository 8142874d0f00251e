"""Section of the report on the shipped models: what they learnt from, how accurate they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate, model_dir
from surrogate_app.reports.documents import markdown_table


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
    return _MODELS.format(
        systems=results["test"]["systems"],
        sweeps=results["test"]["sweeps"],
        taught=markdown_table(["model", "designs", "trained on", "stopped by"], rows),
        table=evaluation.as_table(results),
        default=Surrogate.default_name(),
        corner=results["test"]["corner_systems"],
    )


def designs(data: dict[str, Any]) -> str:
    """Name the designs that a model learnt from, by the `data` of its metadata."""
    parts = data.get("parts", [data])
    return " and ".join(part["options"]["design"] for part in parts)


_MODELS = """\
### Models on systems that they have not seen

What the shipped models learnt from, number of systems; {default} is the default one:

{taught}

They are measured on {systems} others, drawn from the continuous domain and simulated for
{sweeps:,} sweeps or more, which no training, scaling, stopping or choice of a model has seen:

    surrogate-app train electrolyte --model NAME
    surrogate-app evaluate electrolyte --write

{table}

- Figures are of what is shown, after the exact constraints are imposed; the table tells how much
  these change. Bins that no ion visited are left out of success rates and coverage.
- The *relative RMSE* of a system is taken over all bins and both ions, noise of the simulation
  subtracted, over the mean density.
- ε and standard errors are those of profiles from visits and forces together, smaller than those of
  histograms of the same run (`surrogate-app benchmark`), so success rates are stricter than the
  paper's.
- Errors below the noise of a test run come to nothing once the noise is subtracted, so that
  medians are too small; figures of *all systems together* are not. The *densest corner* are
  {corner} systems of their own, with c from 1.8 mol/L and both diameters from 0.59 nm on.
- Uncertainties were learnt from other systems that had not been trained on. A prediction comes
  with a warning where the error to be expected exceeds 2 % of the mean density.
- Against the reference systems, ε is that of molecular dynamics, and predictions are binned
  alike."""
