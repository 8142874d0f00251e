"""How the page writes inputs and quantities, and which values it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.app.wording import sentence
from surrogate_app.electrolyte import DOMAIN, UNITS

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"h": "h", "c": "c", "d_pos": "d₊", "d_neg": "d₋", "sigma_s": "σₛ"}
)
"""How each input is written on the page."""

LABELS = {
    "h": "Slit width <i>h</i>",
    "c": "Salt concentration <i>c</i>",
    "d_pos": "Cation diameter <i>d</i>₊",
    "d_neg": "Anion diameter <i>d</i>₋",
    "sigma_s": "Surface charge <i>σ</i>ₛ",
}
"""What each input is called on the page, as HTML."""

STEPS = {"h": 0.01, "c": 0.01, "d_pos": 0.0025, "d_neg": 0.0025, "sigma_s": 0.0001}
"""Steps of the sliders, chosen so that every preset and the paper's grid lie on them."""

QUANTITY_LABELS = {
    "charge_density": "Charge density ρ",
    "n_pos": "Cation density n₊",
    "n_neg": "Anion density n₋",
    "integrated_charge": "Integrated charge S",
}
"""What the selector calls the quantities."""

QUANTITY_SYMBOLS = {
    "charge_density": "<i>ρ</i>",
    "n_pos": "<i>n</i><sub>+</sub>",
    "n_neg": "<i>n</i><sub>−</sub>",
    "integrated_charge": "<i>S</i>",
}
"""How figures call them."""

QUANTITY_UNITS = {
    "charge_density": "<i>e</i>·mol/L",
    "n_pos": "mol/L",
    "n_neg": "mol/L",
    "integrated_charge": "C/m²",
}
"""Their units as figures write them."""


def axis_title(quantity: str) -> str:
    """Return the title of an axis for a quantity, as HTML."""
    name = QUANTITY_LABELS[quantity].rsplit(" ", 1)[0]
    return f"{name} {QUANTITY_SYMBOLS[quantity]} ({QUANTITY_UNITS[quantity]})"


def with_unit(name: str, value: float) -> str:
    """Write an input with its unit.

    Examples
    --------
    >>> with_unit("h", 4.8)
    '4.8 nm'
    """
    return f"{number(value)} {UNITS[name]}"


def phrase(text: str) -> str:
    """Write a sentence of the library with the symbols of the page.

    Examples
    --------
    >>> phrase("the spread of sigma_s must be a positive number in C/m², got -0.1")
    'The spread of σₛ must be a positive number in C/m², got −0.1.'
    """
    return sentence(text, SYMBOLS)


def refusal(name: str, value: float) -> str:
    """Say in one sentence what an input may be if `value` is outside its domain, else nothing.

    Examples
    --------
    >>> refusal("h", 9.0)
    '9 nm is outside 4 to 5 nm.'
    >>> refusal("h", 4.5)
    ''
    """
    low, high = DOMAIN[name]
    if low <= value <= high:
        return ""
    return f"{with_unit(name, value)} is outside {number(low)} to {with_unit(name, high)}."
