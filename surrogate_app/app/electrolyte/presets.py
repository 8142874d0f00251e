"""Systems that the page offers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.electrolyte import Electrolyte

PRESETS: Mapping[str, Electrolyte] = MappingProxyType(
    {
        "I": Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02),
        "Dense": Electrolyte(5.0, 1.9, 0.63, 0.63, -0.02),
        "III": Electrolyte(4.4, 1.0, 0.415, 0.5225, -0.015),
        "IV": Electrolyte(4.0, 1.5, 0.5225, 0.415, -0.015),
        "Low c": Electrolyte(4.5, 0.3, 0.4, 0.6, -0.015),
        "High c": Electrolyte(4.5, 1.9, 0.4, 0.6, -0.015),
        "Series in c": Electrolyte(5.0, 1.0, 0.415, 0.63, -0.01),
        "CaCl₂": Electrolyte(5.0, 0.3, 0.5, 0.4, -0.05, z_pos=2),
        "LaCl₃": Electrolyte(5.0, 0.2, 0.55, 0.4, -0.1, z_pos=3),
        "Dilute": Electrolyte(8.0, 0.1, 0.4, 0.4, -0.03),
    }
)
"""Systems of the paper: I, III and IV of its Fig. 5, two of its sensitivity analysis, one of its
series; a dense one, two multivalent salts and a dilute one. All lie inside the domain of the models
for all salts, with room for spreads about them; the paper's system II, at 2 mol/L, does not."""
