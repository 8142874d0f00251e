r"""What cutting the potential of a simulation does to its g(r).

Programs end the potential u at a distance :math:`r_c`: molecular dynamics ends the force, so that
what is simulated is :math:`u(r) - u(r_c)`; Monte Carlo may leave the step there. What is left out,
:math:`\Delta u`, is weak, and the optimised random phase approximation tells what that changes,

.. math:: \Delta\hat h(q) = S(q)\, S_{cut}(q)\, \Delta\hat c(q), \qquad
    \Delta c(r) = \frac{\Delta u(r)}{k_BT} \quad \text{outside the core},

with :math:`\Delta c` inside it such that it stays empty (H. C. Andersen, D. Chandler and
J. D. Weeks, J. Chem. Phys. 56, 3812 (1972)), see `transform.response`. The forward surrogate was
trained on simulations with a cut-off of their own, `CUTOFF`, without a shift; theirs is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.expansion import Expansion
from surrogate_app.liquid.forward.transform import response
from surrogate_app.liquid.state import CUTOFF

Array = NDArray[np.float64]


def left_out(r: Array, cut: float, shifted: bool = True) -> Array:
    """Potential that a simulation leaves out, in ε.

    Parameters
    ----------
    r : ndarray
        Distances in σ, more than 0.
    cut : float
        Distance in σ at which the potential ends.
    shifted : bool
        Whether it is shifted to end at 0, or only its force is used; otherwise it ends in a step.

    Returns
    -------
    ndarray, shape of `r`

    Examples
    --------
    >>> r = np.array([1.0, 2.5, 4.0])
    >>> print(" ".join(f"{each:.4f}" for each in left_out(r, 2.5)))
    -0.0163 -0.0163 -0.0010
    >>> print(" ".join(f"{each:.4f}" for each in left_out(r, 2.5, shifted=False)))
    0.0000 -0.0163 -0.0010
    """
    inverse6 = np.maximum(r, cut) ** -6.0
    u = 4.0 * (inverse6**2 - inverse6)
    return np.asarray(u if shifted else np.where(r < cut, 0.0, u))


def truncated(
    expansion: Expansion,
    coupling: float,
    attraction: float,
    t: Array,
    cuts: Sequence[tuple[float, bool]],
) -> Array:
    """Return what cutting the potential changes of g(r) of a state.

    Parameters
    ----------
    expansion : Expansion
        The forward model.
    coupling, attraction : float
        The state.
    t : ndarray, shape (n,)
        Distances in ρ^(−1/3).
    cuts : sequence of tuple
        Where the potential ends and whether it is shifted, see `left_out`.

    Returns
    -------
    ndarray, shape (m, n)

    Examples
    --------
    >>> from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
    >>> from surrogate_app.liquid.state import LJState
    >>> state = LJState.from_reduced(0.3, 1.7, sigma=0.34, epsilon=1.0)
    >>> first = np.array([1.12 * state.sigma * state.density ** (1.0 / 3.0)])
    >>> place = ForwardSurrogate.load().expansion, state.coupling, state.attraction
    >>> found = truncated(*place, first, [(2.5, True), (3.0, True)])
    >>> print(f"{found[0, 0]:.3f} {found[1, 0]:.3f}")
    -0.011 -0.005
    """
    size = (2.0 * coupling**2 / attraction) ** (1.0 / 6.0)  # σ in ρ^(−1/3)
    depth = 0.25 * attraction**2  # ε in k_BT

    def change(cut: float, shifted: bool) -> Callable[[Array], Array]:
        def addition(t: Array) -> Array:
            r = t / size
            return depth * (left_out(r, CUTOFF, shifted=False) - left_out(r, cut, shifted))

        return addition

    return response(expansion, coupling, attraction, t, [change(*cut) for cut in cuts])
