"""A stand-in for a surrogate that knows all salts: Poisson–Boltzmann theory in the wide domain."""

from functools import cache

import numpy as np

from surrogate_app.electrolyte import Electrolyte, Profile, mean_field_profile
from surrogate_app.electrolyte.domain import WIDE
from surrogate_app.electrolyte.quantities import quantity_of, species_of
from surrogate_app.electrolyte.surrogate.surrogate import checked
from surrogate_app.electrolyte.system import N_BINS


@cache
def _profile(system, closest_approach):
    return mean_field_profile(system, closest_approach)


class MeanFieldSurrogate:
    """Answers for nine inputs as `Surrogate` does; point ions if `closest_approach` is false."""

    def __init__(self, name="theory", closest_approach=True, domain=WIDE):
        self.name = name
        self.metadata = {"name": name, "version": "1"}
        self.domain = domain
        self._closest_approach = closest_approach

    def predict(self, system):
        self.domain.require(system)
        found = _profile(system, self._closest_approach)
        n = found.n_pos, found.n_neg
        return Profile(system, *n, *(0.01 * part for part in n))

    def predict_many(self, params, progress=None, limits=None):
        rows = checked(params, self.domain, limits)
        found = [_profile(Electrolyte.from_array(row), self._closest_approach) for row in rows]
        return np.array([p.z for p in found]), np.array([[p.n_pos, p.n_neg] for p in found])

    def response(self, params, quantity="charge_density", r=None, progress=None, limits=None):
        rows = checked(params, self.domain, limits)
        _, n = self.predict_many(rows, limits=limits)
        half = n[:, species_of(quantity), : N_BINS // 2].transpose(2, 1, 0)
        distances = None if r is None else np.atleast_1d(np.asarray(r, float))
        return quantity_of(half, quantity, rows, distances).T.astype(np.float32)
