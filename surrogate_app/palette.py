"""Colours of all figures, told apart by colour-blind readers too (Okabe and Ito)."""

CATION = "#D55E00"
"""Cations, vermillion."""

ANION = "#0072B2"
"""Anions, blue."""

CHARGE = "#009E73"
"""Net charge, bluish green."""

NEUTRAL = "#7A828C"
"""Walls, guides and anything that is neither ion nor charge."""
