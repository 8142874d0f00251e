"""How the page writes inputs and quantities, and which values it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import number
from surrogate_app.app.wording import sentence
from surrogate_app.electrolyte import PARAMETERS, UNITS, Electrolyte
from surrogate_app.electrolyte.domain import Domain
from surrogate_app.electrolyte.system import ALL_PARAMETERS, ENVIRONMENT, VALENCIES, within

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "h": "h",
        "c": "c",
        "d_pos": "d₊",
        "d_neg": "d₋",
        "sigma_s": "σₛ",
        "z_pos": "z₊",
        "z_neg": "z₋",
        "temperature": "T",
        "permittivity": "εᵣ",
    }
)
"""How each input is written on the page."""

LABELS = {
    "h": "Slit width <i>h</i>",
    "c": "Salt concentration <i>c</i>",
    "d_pos": "Cation diameter <i>d</i>₊",
    "d_neg": "Anion diameter <i>d</i>₋",
    "sigma_s": "Surface charge <i>σ</i>ₛ",
    "z_pos": "Cation valency <i>z</i>₊",
    "z_neg": "Anion valency <i>z</i>₋",
    "temperature": "Temperature <i>T</i>",
    "permittivity": "Rel. permittivity <i>ε</i>ᵣ",
}
"""What each input is called on the page, as HTML."""

HELP: Mapping[str, str] = MappingProxyType(
    {
        "h": "distance between the two walls",
        "c": "formula units of the salt per volume of the slit; the counterions of the walls come "
        "on top",
        "d_pos": "hydrated diameter of the cations, which are also the counterions",
        "d_neg": "hydrated diameter of the anions",
        "sigma_s": "charge density of each of the two walls",
        "temperature": "together with the permittivity it sets the Bjerrum length, hence the "
        "strength of all electrostatic forces",
        "permittivity": "that of the solvent, a continuum without molecules",
    }
)
"""What the inputs of the sliders are."""

PAGE_UNITS = {**UNITS, "z_pos": "", "z_neg": "", "permittivity": ""}
"""Unit of each input as the page writes it."""

STEPS = {
    "h": 0.01,
    "c": 0.01,
    "d_pos": 0.0025,
    "d_neg": 0.0025,
    "sigma_s": 0.0001,
    "temperature": 1.0,
    "permittivity": 0.1,
}
"""Steps of the sliders, chosen so that every preset and the paper's grid lie on them."""

SALT_LABELS: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (1, -1): "NaCl-like (1:1)",
        (2, -1): "CaCl₂-like (2:1)",
        (1, -2): "Na₂SO₄-like (1:2)",
        (2, -2): "MgSO₄-like (2:2)",
        (3, -1): "LaCl₃-like (3:1)",
    }
)
"""What the menu calls the salts, by the valencies of cation and anion."""

SALT = "salt"
"""Key of what is said of a salt that a model does not know."""

QUANTITY_LABELS = {
    "charge_density": "Charge density ρ",
    "n_pos": "Cation density n₊",
    "n_neg": "Anion density n₋",
    "integrated_charge": "Integrated charge S",
    "potential": "Potential ψ",
}
"""What the selector calls the quantities."""

QUANTITY_SYMBOLS = {
    "charge_density": "<i>ρ</i>",
    "n_pos": "<i>n</i><sub>+</sub>",
    "n_neg": "<i>n</i><sub>−</sub>",
    "integrated_charge": "<i>S</i>",
    "potential": "<i>ψ</i>",
}
"""How figures call them."""

QUANTITY_UNITS = {
    "charge_density": "<i>e</i>·mol/L",
    "n_pos": "mol/L",
    "n_neg": "mol/L",
    "integrated_charge": "C/m²",
    "potential": "mV",
}
"""Their units as figures write them."""


def on_steps(system: Electrolyte, domain: Domain) -> Electrolyte:
    """Return the system nearest to one that sliders reach, where a domain holds it.

    Examples
    --------
    >>> from surrogate_app.electrolyte.domain import PAPER_BOX
    >>> on_steps(Electrolyte(4.503, 1.0, 0.4, 0.4, -0.0149637), PAPER_BOX)
    Electrolyte(h=4.5, c=1.0, d_pos=0.4, d_neg=0.4, sigma_s=-0.015)
    """
    for name, step in STEPS.items():
        value = round(round(getattr(system, name) / step) * step, 4)
        nearest = system.replace(**{name: value})
        system = system if domain.outside(nearest) else nearest
    return system


def axis_title(quantity: str) -> str:
    """Return the title of an axis for a quantity, as HTML."""
    name = QUANTITY_LABELS[quantity].rsplit(" ", 1)[0]
    return f"{name} {QUANTITY_SYMBOLS[quantity]} ({QUANTITY_UNITS[quantity]})"


def axis_of(name: str) -> str:
    """Return the title of an axis for an input.

    Examples
    --------
    >>> axis_of("h"), axis_of("permittivity")
    ('h (nm)', 'εᵣ')
    """
    unit = PAGE_UNITS[name]
    return f"{SYMBOLS[name]} ({unit})" if unit else SYMBOLS[name]


def with_unit(name: str, value: float) -> str:
    """Write an input with its unit.

    Examples
    --------
    >>> with_unit("h", 4.8), with_unit("z_pos", 2)
    ('4.8 nm', '2')
    """
    return f"{number(value)} {PAGE_UNITS[name]}".rstrip()


def listed(system: Electrolyte) -> str:
    """Write the inputs of a system: the paper's five, and the others where they differ.

    Examples
    --------
    >>> listed(Electrolyte(4.8, 1.5, 0.4, 0.6, -0.02, z_pos=2))
    'h = 4.8 nm, c = 1.5 mol/L, d₊ = 0.4 nm, d₋ = 0.6 nm, σₛ = −0.02 C/m², 2:1 salt'
    """
    parts = [f"{SYMBOLS[name]} = {with_unit(name, getattr(system, name))}" for name in PARAMETERS]
    salt = system.z_pos, system.z_neg
    if salt != (ENVIRONMENT["z_pos"], ENVIRONMENT["z_neg"]):
        parts.append(f"{ratio(*salt)} salt")
    for name in ("temperature", "permittivity"):
        if (value := getattr(system, name)) != ENVIRONMENT[name]:
            parts.append(f"{SYMBOLS[name]} = {with_unit(name, value)}")
    return ", ".join(parts)


def ratio(z_pos: float, z_neg: float) -> str:
    """Write a salt by its valencies, as 2:1."""
    return f"{z_pos:g}:{-z_neg:g}"


def phrase(text: str) -> str:
    """Write a sentence of the library with the symbols of the page.

    Examples
    --------
    >>> phrase("the spread of sigma_s must be a positive number in C/m², got -0.1")
    'The spread of σₛ must be a positive number in C/m², got −0.1.'
    """
    return sentence(text, _CODE)


_CODE = {name: SYMBOLS[name] for name in ALL_PARAMETERS if "_" in name}


def refusal(name: str, value: float, domain: Domain) -> str:
    """Say in one sentence what an input may be if `value` is outside a domain, else nothing.

    Examples
    --------
    >>> from surrogate_app.electrolyte.domain import PAPER_BOX
    >>> refusal("h", 9.0, PAPER_BOX)
    '9 nm is outside 4 to 5 nm.'
    >>> refusal("h", 4.5, PAPER_BOX)
    ''
    >>> refusal("temperature", 310.0, PAPER_BOX)
    '310 K is not the 298 K that this model knows.'
    """
    if name in VALENCIES:
        *few, last = map(number, VALENCIES[name])
        choices = f"{', '.join(few)} or {last}"
        return "" if value in VALENCIES[name] else f"{SYMBOLS[name]} is {choices}."
    low, high = domain.ranges[name]
    if within(value, low, high):
        return ""
    if low == high:
        return f"{with_unit(name, value)} is not the {with_unit(name, low)} that this model knows."
    return f"{with_unit(name, value)} is outside {number(low)} to {with_unit(name, high)}."


def salt_refusal(z_pos: int, z_neg: int, domain: Domain) -> str:
    """Say in one sentence which salts a domain has if this one is not among them, else nothing.

    Examples
    --------
    >>> from surrogate_app.electrolyte.domain import PAPER_BOX
    >>> salt_refusal(2, -1, PAPER_BOX)
    'This model knows 1:1 salts only, not 2:1: choose another surrogate or salt.'
    """
    if (z_pos, z_neg) in domain.salts:
        return ""
    known = ", ".join(ratio(*salt) for salt in domain.salts)
    return (
        f"This model knows {known} salts only, not {ratio(z_pos, z_neg)}: choose another "
        "surrogate or salt."
    )
