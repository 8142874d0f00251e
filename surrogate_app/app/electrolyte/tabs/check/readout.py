"""Texts of the tab Check, as HTML."""

from __future__ import annotations

import html
import math
from typing import Literal

from surrogate_app.app.electrolyte.inputs import listed
from surrogate_app.app.electrolyte.tabs.check.state import Check, CheckState
from surrogate_app.app.markup import tiles, value
from surrogate_app.app.numbers import percent

PHASES = {
    "preparing": "Preparing the simulator, which takes longest the first time",
    "equilibrating": "Equilibrating; no averages yet",
    "running": "Sampling",
    "finished": "Done",
    "cancelled": "Cancelled",
    "failed": "Failed",
}
"""What the phases of a run are called."""


RATES: tuple[tuple[Literal["eps", "sem"], str], ...] = (
    ("eps", "Success rate (E 10) with <i>ε</i> of eight blocks"),
    ("sem", "Success rate with standard errors; a perfect prediction has about 68 %"),
)
"""Both success rates: which error they take, and what they are called."""


def standing(check: Check | None) -> str:
    """Return a bar and a sentence on how far a run has come; nothing before there is one."""
    if check is None:
        return ""
    fraction = check.done / check.planned if check.planned else 0.0
    shown = f' value="{fraction:.4f}"' if check.planned else ""
    bar = f'<progress class="sa-progress" aria-label="Simulation" max="1"{shown}></progress>'
    parts = [PHASES[check.phase]]
    if check.planned and check.phase != "finished":
        parts.append(f"{check.done:,} of {check.planned:,} sweeps")
    if check.busy and not math.isnan(check.seconds_left):
        parts.append(f"about {_duration(check.seconds_left)} left")
    if check.profile is not None:
        parts.append(
            f"{check.profile.sweeps:,} sweeps sampled with a standard error of "
            f"{percent(check.profile.relative_error)}"
        )
    if check.sentence:
        parts.append(html.escape(check.sentence.rstrip(".")))
    return (
        f'<div class="sa-run" data-phase="{check.phase}">{bar if check.busy else ""}'
        f"<p>{'; '.join(parts)}.</p></div>"
    )


def elsewhere(state: CheckState) -> str:
    """Say which system a run belongs to if it is not the one that is shown."""
    if state.check is None or state.fits:
        return ""
    doing = "is running" if state.check.busy else "was run"
    return (
        f'<p class="sa-elsewhere">The simulation {doing} for {listed(state.check.system)}. '
        "It is shown when the sliders are set to these values.</p>"
    )


def agreement(state: CheckState) -> str:
    """Return how well prediction and simulation agree as tiles; nothing before that is known."""
    measured = state.measured
    if measured is None:
        return ""
    entries = []
    for errors, label in RATES:
        everywhere, near = (
            percent(measured.success_rate(state.counterpart, errors, contact=contact))
            for contact in (False, True)
        )
        shown = value(everywhere, "of all bins") + value(near, "within 0.2 nm of contact")
        expression = f'measured.success_rate(prediction, "{errors}")'
        entries.append((label, shown, f"{expression}\n{expression[:-1]}, contact=True)"))
    return tiles(entries)


def realised(state: CheckState) -> str:
    """Describe the simulated cell; nothing before that is known."""
    measured = state.measured
    if measured is None:
        return ""
    n_pos, n_neg = measured.ions
    same = state.counterpart.system == measured.system
    return (
        f"{n_pos} cations and {n_neg} anions in a cell of {measured.length:.2f} × "
        f"{measured.length:.2f} nm, periodic along the walls. With whole numbers of ions, <i>c</i> "
        f"is {measured.system.c:.4f} mol/L; the success rates refer to the prediction for "
        f"{'this value' if same else 'the sliders, since this value is outside the domain'}."
    )


def _duration(seconds: float) -> str:
    if seconds < 99.5:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60.0)} min"
