"""Colours of all figures, told apart by colour-blind readers too (Okabe and Ito)."""

CATION = "#D55E00"
"""Cations, vermillion."""

ANION = "#0072B2"
"""Anions, blue."""

CHARGE = "#009E73"
"""Net charge, bluish green."""

UPLOADED = "#D55E00"
"""Structure of a liquid as a file holds it, vermillion."""

FITTED = "#0072B2"
"""Structure of a liquid with the fitted potential, blue."""

BY_HAND = "#AA4499"
"""Structure of a liquid whose potential was set by hand, purple."""

NEUTRAL = "#7A828C"
"""Walls, guides and anything that is neither ion nor charge."""

INPUTS = {
    "h": "#E69F00",
    "c": "#56B4E9",
    "d_pos": CATION,
    "d_neg": ANION,
    "sigma_s": "#CC79A7",
    "temperature": "#F0E442",
    "permittivity": "#009E73",
}
"""Inputs of a confined electrolyte: orange, sky blue, vermillion, blue, purple, yellow, green."""
