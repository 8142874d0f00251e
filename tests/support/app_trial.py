"""A stand-in for a surrogate: layered profiles in closed form, for tests of the page's state."""

import numpy as np

from surrogate_app.electrolyte import Profile
from surrogate_app.electrolyte.domain import PAPER_BOX
from surrogate_app.electrolyte.system import require_domain

MODELS = ("one", "two")


class Layers:
    """Cosine layers of the size of each ion; model "two" has higher ones."""

    domain = PAPER_BOX

    def __init__(self, name):
        self.metadata = {"name": name, "version": "3", "metrics": {"relative_rms": 0.01}}
        self.height = 1.0 + MODELS.index(name)

    def predict(self, system):
        require_domain(system)
        r = system.h / 2 - np.abs(system.z)
        n = [
            system.c * (1 + 0.1 * self.height * np.cos(r / d)) * (r > d / 2)
            for d in (system.d_pos, system.d_neg)
        ]
        return Profile(system, n[0], n[1], 0.02 * n[0], 0.03 * n[1])
