"""Compiled steps that the Monte Carlo kernels of both halves share.

Coordinates along a periodic direction are 32-bit integers in units of L/2³²: their differences
wrap to the nearest image by themselves. Numba pastes these steps into the kernels that call them.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numba import njit

INT_RANGE = 2.0**32
"""Period of a coordinate in integer units."""

LANES = 64
"""Particles come in multiples of this number, which leaves none over for scalar code."""


step = partial(njit, forceinline=True, error_model="numpy", _nrt=False)
"""Decorator of a step that is compiled into the kernel that calls it. It borrows the arrays in its
arguments and makes none: counting references to them would take a quarter of a kernel's time."""


@njit(inline="always")
def nearest(a, b, unit):  # type: ignore[no-untyped-def]
    """Difference a − b of two coordinates by the nearest image, in units of `unit`, float32."""
    return np.float32(np.int32(a - b)) * unit


@step()
def displaced(rng, place, width):  # type: ignore[no-untyped-def]
    """Coordinate displaced at random within `width` integer units around its place."""
    return np.int32(place + np.int64((rng.random() - 0.5) * width))


@step()
def accepted(rng, change):  # type: ignore[no-untyped-def]
    """Whether a trial move that raises the energy by `change` k_BT is accepted (Metropolis)."""
    return change <= 0.0 or rng.random() < math.exp(-change)


@njit(inline="always")
def filled_up(number):  # type: ignore[no-untyped-def]
    """Round a number of particles up to whole vector registers."""
    return -(-number // LANES) * LANES
