"""Stand-ins for the surrogates of a liquid, for tests of the page: a gas has g = e^−u/kT."""

from dataclasses import dataclass, field

import numpy as np

from surrogate_app.app.liquid import LiquidState
from surrogate_app.liquid.data.examples import Example
from surrogate_app.liquid.state import LJState

MODELS = ("one", "two")
ARGON = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
COLD = LJState(c12=9.847e-6, c6=6.2647e-3, density=10.0, temperature=200.0)


def gas(state, r):
    return np.exp(-state.potential(r) / state.thermal_energy)


def text(state=ARGON, unit=1.0, r_max=1.3):
    """Return a file of two columns, r in 1/unit nm, for a gas."""
    r = np.arange(0.005, r_max, 0.005)
    rows = zip(r * unit, gas(state, np.maximum(r, 0.05)), strict=True)
    return "".join(f"{x:.6f} {y:.9f}\n" for x, y in rows).encode()


@dataclass(frozen=True)
class TrialFit:
    rdf: object
    density: float
    temperature: float
    c12: float
    c6: float
    model: str
    g_fit: np.ndarray
    sampling: str = "centres"
    origin: str = "simulated"
    c12_std: float = 2.5e-8
    c6_std: float = 1.2e-5
    correlation: float = 0.91
    noise: float = 0.01
    misfit: float = 1.1
    in_domain: bool = True
    warnings: tuple = ()
    metadata: dict = field(default_factory=lambda: {"name": "one", "version": "3"})
    sigma_std: float = 0.0003
    epsilon_std: float = 0.004
    rdf_error: float = 0.0123

    @property
    def name(self):
        return self.rdf.name

    @property
    def state(self):
        return LJState(self.c12, self.c6, self.density, self.temperature)

    @property
    def log_covariance(self):
        relative = np.array([self.c12_std / self.c12, self.c6_std / self.c6])
        mixed = [[1.0, self.correlation], [self.correlation, 1.0]]
        return np.outer(relative, relative) * mixed

    @property
    def sigma(self):
        return self.state.sigma

    @property
    def epsilon(self):
        return self.state.epsilon


class Inverse:
    """Takes the highest peak for the minimum of the potential; model "two" is 1 % off in C6."""

    def __init__(self, name):
        self.metadata = {"name": name, "version": "3"}
        self.name = name

    def fit(self, rdf, density, temperature):
        if rdf.r[-1] < 0.5:
            raise ValueError("g(r) must reach 0.5 nm, got 0.4 nm: compute it further out")
        peak = int(np.argmax(rdf.g))
        thermal = LJState(1, 1, density, temperature).thermal_energy
        epsilon = thermal * max(np.log(rdf.g[peak]), 1e-3)
        found = LJState.from_sigma_epsilon(
            rdf.r[peak] / 2 ** (1 / 6), epsilon, density, temperature
        )
        c6 = found.c6 * (1.0 + 0.01 * MODELS.index(self.name))
        state = LJState(found.c12, c6, density, temperature)
        odd = density > 40
        return TrialFit(
            *(rdf, density, temperature, state.c12, state.c6, self.name),
            g_fit=gas(state, np.maximum(rdf.r, 0.05)),
            in_domain=not odd,
            warnings=("This state is a <solid>.",) if odd else (),
        )


class Forward:
    """The gas itself, with states on a circle behind it."""

    states = np.column_stack((0.5 + 0.3 * np.cos(np.arange(20.0)), 2.0 + np.sin(np.arange(20.0))))

    def curve(self, state, r, width):
        return gas(state, np.maximum(r, 0.05))

    rdf = curve

    def domain_warnings(self, state):
        return ("Too dense for a fluid.",) if state.reduced_density > 1.2 else ()

    def r_max(self, state):
        return 1.5


EXAMPLES = (
    Example("Argon", "argon.dat", "text", ARGON, "Argon as a gas.", text()),
    Example("Cold", "cold.dat", "text", COLD, "Cold argon as a gas.", text(COLD, unit=10.0)),
)


def new_state():
    return LiquidState(load_inverse=Inverse, load_forward=Forward, models=MODELS, examples=EXAMPLES)
