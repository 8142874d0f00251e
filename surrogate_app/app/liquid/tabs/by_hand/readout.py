"""Numbers and calls of the tab By hand."""

from __future__ import annotations

from surrogate_app.app.liquid.readout import C6_UNIT, C12_UNIT, per_cent
from surrogate_app.app.liquid.tabs.by_hand.state import ByHand
from surrogate_app.app.markup import listed, tiles, value
from surrogate_app.app.numbers import rounded


def numbers(hand: ByHand) -> str:
    """Return the parameters that were set by hand and the deviation of their g(r) as HTML."""
    state = hand.state
    shown = [
        ("<i>C</i><sub>12</sub>", value(rounded(state.c12), C12_UNIT), "state.c12"),
        ("<i>C</i><sub>6</sub>", value(rounded(state.c6), C6_UNIT), "state.c6"),
        ("<i>σ</i>", value(rounded(state.sigma), "nm"), "state.sigma"),
        ("<i>ε</i>", value(rounded(state.epsilon), "kJ/mol"), "state.epsilon"),
        (
            "Difference <i>ε</i><sub>rdf</sub>",
            per_cent(hand.rdf_error),
            "error",
        ),
    ]
    return tiles(shown) + listed(hand.warnings, "sa-warnings")


def python(hand: ByHand) -> str:
    """Return the Python that repeats a g(r) whose parameters were set by hand."""
    return (
        "from surrogate_app.liquid import ForwardSurrogate, LJState\n"
        "from surrogate_app.liquid.rdf.sampling import cells\n"
        "from surrogate_app.liquid.scores import rdf_error\n\n"
        "forward = ForwardSurrogate.load()\n"
        f"state = {hand.state!r}\n"
        f"r, width = cells(rdf.r, {hand.sampling!r})\n"
        "known = r <= forward.r_max(state)\n"
        "g = forward.rdf(state, r[known], width[known])\n"
        "error = rdf_error(rdf.r[known], rdf.g[known], g)"
    )
