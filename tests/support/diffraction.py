"""Samples of what diffraction measures, made from the surrogate's fluids."""

from __future__ import annotations

import numpy as np

from surrogate_app.liquid import RDF, ForwardSurrogate, LJState


def transformed(
    state: LJState, q_max: float, noise: float, seed: int, r: np.ndarray | None = None
) -> RDF:
    """g(r) of a fluid as from an S(q) with noise that ends at q_max in nm⁻¹."""
    forward = ForwardSurrogate.load()
    step = 0.002
    fine = np.arange(0.5 * step, forward.r_max(state), step)
    h = forward.unchecked(state, fine) - 1.0
    dq = 0.2
    q = np.arange(0.5 * dq, q_max, dq)
    of_q = 4.0 * np.pi * state.density * np.sin(np.outer(q, fine)) @ (fine * h) * step / q
    random = np.random.default_rng(seed)
    smooth = np.convolve(random.normal(0.0, 1.0, q.size + 14), np.ones(15) / 15**0.5, "valid")
    of_q = of_q * (1.0 + 0.5 * noise * smooth) + 0.3 * noise * random.normal(size=q.size)
    r = np.arange(0.02, 1.3, 0.01) if r is None else r
    back = np.sin(np.outer(r, q)) @ (q * of_q) * dq / (2.0 * np.pi**2 * state.density * r)
    return RDF(r, 1.0 + back)
