"""Answers of the public calls, frozen before the package was rearranged.

`python tests/support/frozen_answers.py` writes them anew after a change that is
meant to alter them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import DOMAIN, PARAMETERS, Electrolyte, Surrogate, sensitivity
from surrogate_app.electrolyte import simulate as simulate_electrolyte
from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid import simulate as simulate_liquid

FILE = Path(__file__).parents[1] / "data" / "frozen_answers.npz"
NUMBER = 50
STRIDE = 25  # of the 502 places of a profile and the 400 bins of g(r), one in so many is kept

Answers = dict[str, NDArray[np.float64]]


def electrolytes() -> list[Electrolyte]:
    """Systems inside the domain, spread evenly over it."""
    rng = np.random.default_rng(20261128)
    low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
    return [Electrolyte(*row) for row in low + (high - low) * rng.random((NUMBER, len(low)))]


def states() -> list[LJState]:
    """One-phase fluids from hot and thin to cold and dense."""
    rng = np.random.default_rng(20261129)
    t_star = np.exp(rng.uniform(np.log(1.5), np.log(20.0), NUMBER))
    rho_star = rng.uniform(0.3, 0.85, NUMBER)
    return [
        LJState.from_reduced(rho, t, sigma=0.34, epsilon=1.0)
        for rho, t in zip(rho_star, t_star, strict=True)
    ]


def predictions() -> Answers:
    """Densities, integrated charge and screening length of each electrolyte model."""
    answers: Answers = {}
    for name in ("wallnet", "basenn", "modnn"):
        profiles = [Surrogate.load(name).predict(system) for system in electrolytes()]
        for key in ("n_pos", "n_neg", "n_pos_std", "n_neg_std", "integrated_charge"):
            answers[f"predict.{name}.{key}"] = np.array(
                [getattr(profile, key)[::STRIDE] for profile in profiles]
            )
        lengths = [profile.screening_length for profile in profiles]
        answers[f"predict.{name}.screening_length"] = np.array(lengths, float)
    return answers


def sensitivities() -> Answers:
    """First-order and total indices of two inputs in turn."""
    surrogate = Surrogate.load()
    rows = []
    for number, system in enumerate(electrolytes()):
        low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
        inner = Electrolyte(
            *np.clip(system.to_array(), low + (high - low) / 4, high - (high - low) / 4)
        )
        names = [PARAMETERS[number % 5], PARAMETERS[(number + 1 + number // 5 % 4) % 5]]
        spread = {name: (DOMAIN[name][1] - DOMAIN[name][0]) / 40 for name in names}
        z = np.linspace(-0.45, 0.0, 7) * inner.h
        found = sensitivity(surrogate, inner, spread, z=z)
        rows.append([[found.first_order[name], found.total[name]] for name in names])
    return {"sensitivity": np.array(rows)}


def fits() -> Answers:
    """Parameters, errors and misfit of both inverse models for noisy g(r)."""
    forward = ForwardSurrogate.load()
    r = (np.arange(280) + 0.5) * 0.005
    answers: Answers = {}
    for name in ("corresponding", "deepilst"):
        rng = np.random.default_rng(20261130)
        model = InverseSurrogate.load(name)
        rows = []
        for state in states():
            g = np.maximum(forward.rdf(state, r) + rng.normal(0.0, 0.003, len(r)), 0.0)
            g[r < 0.25] = 0.0
            fit = model.fit(RDF(r, g), density=state.density, temperature=state.temperature)
            rows.append(
                [
                    fit.c12,
                    fit.c6,
                    fit.c12_std,
                    fit.c6_std,
                    fit.correlation,
                    fit.misfit,
                    fit.in_domain,
                ]
            )
        answers[f"fit.{name}"] = np.array(rows, float)
    g = [forward.rdf(state, np.arange(0.3, 1.2, 0.05)) for state in states()]
    answers["forward"] = np.array(g)
    return answers


def simulations() -> Answers:
    """Short runs of both Monte Carlo engines with given seeds."""
    profiles = [
        simulate_electrolyte(system, sweeps=32, seed=seed, equilibration=25)
        for seed, system in enumerate(electrolytes()[: NUMBER // 2])
    ]
    fluids = [
        simulate_liquid(state, sweeps=96, seed=seed, equilibration=25)
        for seed, state in enumerate(states()[: NUMBER // 2])
    ]
    return {
        "simulate.n": np.array([[p.n_pos[::STRIDE], p.n_neg[::STRIDE]] for p in profiles]),
        "simulate.eps": np.array(
            [[p.n_pos_eps[::STRIDE], p.n_neg_eps[::STRIDE]] for p in profiles]
        ),
        "simulate.g": np.array([f.g[::STRIDE] for f in fluids]),
        "simulate.pressure_energy": np.array([[f.pressure, f.energy] for f in fluids]),
    }


def answers() -> Answers:
    """All answers by name."""
    return predictions() | sensitivities() | fits() | simulations()


if __name__ == "__main__":
    np.savez_compressed(FILE, **answers())
