"""The sheet method against quadrature and against an independent, exact lattice sum."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import erf, erfc

from surrogate_app.electrolyte.simulation.cell import Cell
from surrogate_app.electrolyte.simulation.coulomb import (
    sheet_modes,
    sheet_potential,
    square_potential,
)
from surrogate_app.electrolyte.system import BJERRUM_LENGTH, Electrolyte

LENGTH = 10.0
PLACES = [(1.0, 2.0, 0.5), (5.0, 5.0, 0.3), (3.0, -4.0, 4.0), (0.0, 0.2, 0.0), (-2.5, 4.9, -1.7)]


def ewald(x, y, z, length, alpha, real=3, reciprocal=9):
    """Potential of a unit charge and its images, periodic in x and y, in a neutral system.

    Two-dimensional Ewald sum (Parry, Surf. Sci. 49, 433 (1975); Heyes, Barber and Clarke, J. Chem.
    Soc. Faraday Trans. 2 73, 1485 (1977)), exact for any splitting `alpha`.
    """
    total = 0.0
    for i in range(-real, real + 1):
        for j in range(-real, real + 1):
            r = np.sqrt((x + i * length) ** 2 + (y + j * length) ** 2 + z**2)
            total = total + erfc(alpha * r) / r
    for i in range(-reciprocal, reciprocal + 1):
        for j in range(-reciprocal, reciprocal + 1):
            kx, ky = 2 * np.pi * i / length, 2 * np.pi * j / length
            k = math.hypot(kx, ky)
            if k > 0.0:
                up = np.exp(k * z) * erfc(k / (2 * alpha) + alpha * z)
                down = np.exp(-k * z) * erfc(k / (2 * alpha) - alpha * z)
                total = total + np.pi / (length**2 * k) * np.cos(kx * x + ky * y) * (up + down)
    slab = np.abs(z) * erf(alpha * np.abs(z)) + np.exp(-((alpha * z) ** 2)) / (
        alpha * math.sqrt(np.pi)
    )
    return total - 2 * np.pi / length**2 * slab


def images(x, y, z, length, shells):
    """The same by brute force: (2 shells + 1)² images, each with a neutralising square sheet.

    The sheets together with those further out form an infinite sheet, whose potential is
    −2π|z|/L²; what is left out falls as 1/shells.
    """
    i = length * np.arange(-shells, shells + 1)
    charges = (1.0 / np.sqrt((x + i[:, None]) ** 2 + (y + i) ** 2 + z**2)).sum()
    side = (2 * shells + 1) * length
    return charges - (square_potential(z, side) + 2 * np.pi * abs(z)) / length**2


def minimum_image(x, y, z, length):
    """Pair potential of the simulation: nearest image and sheet."""
    x, y = x - length * np.rint(x / length), y - length * np.rint(y / length)
    return 1.0 / np.sqrt(x**2 + y**2 + z**2) + sheet_potential(z, length)


@pytest.mark.parametrize("z", [0.05, 1.0, 4.8])
def test_square_potential_is_the_integral_over_the_square(z):
    integral, error = dblquad(
        lambda x, y: 4.0 / math.sqrt(x * x + y * y + z * z), 0.0, 3.5, 0.0, 3.5, epsabs=1e-9
    )
    assert error < 1e-6
    assert square_potential(z, 7.0) == pytest.approx(integral, abs=1e-6)


def test_square_potential_has_its_closed_limits():
    assert square_potential(0.0, 2.0) == pytest.approx(8.0 * math.log(1.0 + math.sqrt(2.0)))
    assert square_potential(2000.0, 2.0) == pytest.approx(4.0 / 2000.0, rel=1e-6)
    assert square_potential(-1.3, 2.0) == square_potential(1.3, 2.0)


@pytest.mark.parametrize("z", [0.3, 1.7, 4.5])
def test_lateral_mean_of_the_pair_potential_is_that_of_two_charged_sheets(z):
    half = LENGTH / 2
    nearest, _ = dblquad(
        lambda x, y: 4.0 / math.sqrt(x * x + y * y + z * z), 0.0, half, 0.0, half, epsabs=1e-9
    )
    mean = nearest / LENGTH**2 + sheet_potential(z, LENGTH)
    assert mean == pytest.approx(-2 * math.pi * z / LENGTH**2, abs=1e-9)


@pytest.mark.parametrize(("h", "length"), [(3.9, 7.0), (5.1, 6.5), (5.0, 15.0), (4.0, 33.0)])
def test_cosine_series_gives_sheet_energy_differences_within_1e_5_kt(h, length):
    wave_number, amplitude = sheet_modes(h, length)
    z = np.linspace(-h, h, 401)
    series = np.cos(np.outer(z, wave_number)) @ amplitude
    exact = sheet_potential(z, length)
    difference = BJERRUM_LENGTH * ((series - series[200]) - (exact - exact[200]))
    assert np.abs(difference).max() < 1e-5


@pytest.mark.parametrize("place", PLACES)
def test_ewald_sum_does_not_depend_on_its_splitting(place):
    sums = [ewald(*place, LENGTH, alpha / LENGTH) for alpha in (2.0, 3.0, 4.5)]
    np.testing.assert_allclose(sums, sums[0], atol=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_direct_sum_of_images_converges_to_the_ewald_sum(place):
    exact = ewald(*place, LENGTH, 3.0 / LENGTH)
    near, far = (images(*place, LENGTH, shells) for shells in (60, 120))
    assert abs(far - exact) < 0.55 * abs(near - exact) + 1e-12
    assert 2 * far - near == pytest.approx(exact, abs=5e-6)


@pytest.mark.parametrize("length", [6.5, 10.0, 20.0])
def test_minimum_image_with_sheet_strays_from_the_lattice_sum_by_half_a_bjerrum_length_over_l(
    length,
):
    """The neglected lateral variation of the far images never exceeds 0.5 l_B/L.

    That bound is met in the cell's corner, with +0.37 l_B/L next to the ion; at both places
    the pair is as far apart as can be or screened by the others.
    """
    corner = np.linspace(0.0, 0.5, 13) * length
    x, y, z = (axis.ravel() for axis in np.meshgrid(corner, corner, np.linspace(0, 5.0, 11)))
    apart = x**2 + y**2 + z**2 > 0.2**2
    x, y, z = x[apart], y[apart], z[apart]
    strays = length * (minimum_image(x, y, z, length) - ewald(x, y, z, length, 3.0 / length))
    assert strays.min() == pytest.approx(-0.496, abs=0.001)
    assert strays.max() == pytest.approx(0.374, abs=0.005)


def test_minimum_image_strays_by_less_than_0_06_kt_in_the_smallest_cell_of_the_design():
    smallest = Cell.of(Electrolyte(h=5.1, c=2.1, d_pos=0.2, d_neg=0.2, sigma_s=-0.022))
    assert 0.496 * BJERRUM_LENGTH / smallest.length < 0.06
    assert smallest.length > smallest.system.h


def test_lateral_mean_of_the_exact_lattice_sum_is_the_same():
    points = (np.arange(40) + 0.5) / 40 * LENGTH
    x, y = np.meshgrid(points, points)
    for z in (1.5, 4.0):
        mean = ewald(x, y, z, LENGTH, 3.0 / LENGTH).mean()
        assert mean == pytest.approx(-2 * math.pi * z / LENGTH**2, abs=1e-6)
