"""A system is either physically meaningful or refused with a message that names what is wrong."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    DOMAIN,
    MARGIN,
    N_BINS,
    PARAMETERS,
    UNITS,
    Electrolyte,
    bin_centres,
    outside_domain,
    require_domain,
)

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

GOOD = {"h": 4.8, "c": 1.5, "d_pos": 0.415, "d_neg": 0.63, "sigma_s": -0.02}
NAMES = st.sampled_from(PARAMETERS)
inside = st.fixed_dictionaries({name: st.floats(*ends) for name, ends in DOMAIN.items()})


@given(NAMES, st.sampled_from([math.nan, math.inf, -math.inf, "wide", "", None, [1.0], 1j, {}]))
def test_anything_but_a_finite_number_is_refused_with_field_value_and_unit(name, value):
    with pytest.raises(ValueError) as refusal:
        Electrolyte(**{**GOOD, name: value})
    assert str(refusal.value) == f"{name} must be a number in {UNITS[name]}, got {value!r}"


@given(NAMES.filter(lambda name: name != "sigma_s"), st.floats(max_value=0.0, allow_infinity=False))
def test_lengths_and_concentration_must_be_positive(name, value):
    with pytest.raises(ValueError) as refusal:
        Electrolyte(**{**GOOD, name: value})
    assert str(refusal.value) == f"{name} must be positive, got {value:g} {UNITS[name]}"


@given(st.floats(min_value=1e-300, allow_infinity=False))
def test_positive_walls_are_refused(value):
    with pytest.raises(ValueError, match=r"sigma_s must not be positive .* got .* C/m²"):
        Electrolyte(**{**GOOD, "sigma_s": value})


def test_ions_must_fit_between_the_walls():
    with pytest.raises(ValueError, match=r"h must exceed both ion diameters .* got 0\.5 nm"):
        Electrolyte(**{**GOOD, "h": 0.5})


@given(inside)
def test_every_system_of_the_domain_is_accepted_and_survives_conversions(values):
    system = Electrolyte(**values)
    require_domain(system)
    assert system.in_domain
    assert system.to_dict() == values
    assert Electrolyte.from_array(system.to_array()) == system


@given(inside, NAMES, st.booleans(), st.floats(1e-4, 0.4))
def test_leaving_the_domain_is_told_by_field_value_and_range(values, name, above, fraction):
    low, high = DOMAIN[name]
    beyond = fraction * (high - low) * (0.1 if name == "c" else 1.0)
    value = high + beyond if above else low - beyond
    system = Electrolyte(**{**values, name: value})
    assert not system.in_domain
    assert outside_domain(system) == [
        f"{name} = {value:.9g} {UNITS[name]} is outside {low:g} to {high:g} {UNITS[name]}"
    ]
    with pytest.raises(ValueError, match=f"{name} = .* is outside {low:g} to {high:g}"):
        require_domain(system)


def test_all_inputs_out_of_range_are_named_at_once():
    system = Electrolyte(h=8.0, c=3.0, d_pos=0.1, d_neg=0.9, sigma_s=-0.05)
    with pytest.raises(ValueError) as refusal:
        require_domain(system)
    assert all(f"{name} = " in str(refusal.value) for name in PARAMETERS)


def test_the_margin_encloses_the_domain():
    for name, (low, high) in DOMAIN.items():
        assert MARGIN[name][0] < low < high < MARGIN[name][1]


@pytest.mark.parametrize("shape", [(4,), (6,), (1, 5), (8,), ()])
def test_five_or_nine_values_make_a_system(shape):
    with pytest.raises(ValueError, match="five values"):
        Electrolyte.from_array(np.ones(shape))


def test_numbers_given_as_text_or_integers_become_floats():
    system = Electrolyte(**{**GOOD, "h": "4.8", "c": 1})
    assert (system.h, system.c) == (4.8, 1.0)
    assert isinstance(system.c, float)


def test_changing_an_input_checks_it_again():
    system = Electrolyte(**GOOD)
    assert system.replace(c=0.5) == Electrolyte(**{**GOOD, "c": 0.5})
    with pytest.raises(ValueError, match="c must be positive"):
        system.replace(c=-0.5)


def test_bins_are_equal_antisymmetric_and_reach_from_wall_to_wall():
    z = bin_centres(np.array([4.0, 5.0]))
    assert z.shape == (2, N_BINS)
    np.testing.assert_allclose(z, -z[:, ::-1], atol=1e-15)
    np.testing.assert_allclose(np.diff(z, axis=1), np.array([[4.0], [5.0]]) / N_BINS * np.ones(501))
    np.testing.assert_allclose(z[:, 0] - np.array([4.0, 5.0]) / N_BINS / 2, [-2.0, -2.5])


SALTS = [(1, -1), (2, -1), (1, -2), (2, -2), (3, -1), (3, -2)]


@pytest.mark.parametrize("salt", SALTS)
def test_systems_of_any_salt_survive_conversions(salt):
    system = Electrolyte(*GOOD.values(), *salt, temperature=310.0, permittivity=74.0)
    assert list(system.to_dict()) == list(ALL_PARAMETERS)
    assert system.to_array().shape == (9,)
    assert Electrolyte.from_array(system.to_array()) == system
    assert Electrolyte(**system.to_dict()) == system
    assert eval(repr(system), {"Electrolyte": Electrolyte}) == system
    assert isinstance(Electrolyte.from_array(system.to_array()).z_pos, int)


def test_a_system_of_the_papers_kind_is_written_as_before():
    assert Electrolyte(**GOOD, z_pos=1, temperature=298).to_dict() == GOOD
    assert repr(Electrolyte(**GOOD)) == (
        "Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"z_pos": 4}, "z_pos must be 1, 2 or 3, got 4"),
        ({"z_pos": 1.5}, "z_pos must be 1, 2 or 3, got 1.5"),
        ({"z_neg": 1}, "z_neg must be -1 or -2, got 1"),
        ({"z_neg": "two"}, "z_neg must be -1 or -2, got 'two'"),
        ({"temperature": 0.0}, "temperature must be positive, got 0 K"),
        ({"temperature": 1e-320}, "temperature = 9.99989e-321 K is no size that anything has"),
        ({"permittivity": 1e300}, "permittivity = 1e+300"),
        ({"permittivity": math.inf}, "permittivity must be a number in ε₀, got inf"),
    ],
)
def test_impossible_environments_are_refused(change, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Electrolyte(**GOOD, **change)


@pytest.mark.parametrize(
    "change", [{"z_pos": 2}, {"z_neg": -2}, {"temperature": 310.0}, {"permittivity": 78.4}]
)
def test_models_of_the_papers_box_refuse_other_environments(change):
    system = Electrolyte(**GOOD, **change)
    assert not system.in_domain
    ((name, value),) = change.items()
    with pytest.raises(ValueError, match="box know 1:1 salts at 298 K") as refusal:
        require_domain(system)
    assert str(refusal.value).startswith(f"{name} = {value:g} is not the models'")


@pytest.mark.parametrize("salt", SALTS)
def test_lengths_and_coupling_of_any_salt(salt):
    system = Electrolyte(**{**GOOD, "c": 0.1}, z_pos=salt[0], z_neg=salt[1], temperature=330.0)
    bjerrum = 0.70091 * 298 / 330
    assert system.bjerrum_length == pytest.approx(bjerrum, rel=1e-4)
    cations, anions = system.stoichiometry
    assert cations * salt[0] + anions * salt[1] == 0
    assert math.gcd(cations, anions) == 1
    strength = 0.5 * 0.1 * (cations * salt[0] ** 2 + anions * salt[1] ** 2)  # mol/L
    assert system.debye_length == pytest.approx(
        (8 * math.pi * bjerrum * strength * 0.602214) ** -0.5, rel=1e-4
    )
    assert system.coupling == pytest.approx(-salt[0] * salt[1] * bjerrum / 0.5225, rel=1e-4)
    surface = 0.02 * 6.241509
    assert system.gouy_chapman_length == pytest.approx(
        1 / (2 * math.pi * bjerrum * salt[0] * surface), rel=1e-4
    )
    volume = math.pi / 6 * 0.602214 * 0.1
    filled = volume * (cations * 0.415**3 + anions * 0.63**3)
    filled += math.pi / 6 * 2 * surface / salt[0] / 4.8 * 0.415**3
    assert system.packing_fraction == pytest.approx(filled, rel=1e-5)


def test_uncharged_walls_have_no_gouy_chapman_length():
    assert Electrolyte(**{**GOOD, "sigma_s": 0.0}).gouy_chapman_length == math.inf


def test_debye_length_of_one_molar_salt_is_three_angstroms():
    # 0.304 nm/√c for water (permittivity 78.5) at 298 K
    assert Electrolyte(**{**GOOD, "c": 1.0}).debye_length == pytest.approx(0.307, abs=5e-4)


def test_packing_fraction_counts_salt_and_counterions():
    system = Electrolyte(h=4.0, c=1.0, d_pos=0.6, d_neg=0.3, sigma_s=-0.02)
    salt, counterions = 0.602214, 2 * 0.02 * 6.241509 / 4.0
    volume = math.pi / 6
    expected = volume * ((salt + counterions) * 0.6**3 + salt * 0.3**3)
    assert system.packing_fraction == pytest.approx(expected, rel=1e-6)
