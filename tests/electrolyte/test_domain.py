"""The wide domain: what lies inside, and what is said of what does not."""

import numpy as np
import pytest

from surrogate_app.electrolyte import system
from surrogate_app.electrolyte.data.designs import UNCHARGED, wide
from surrogate_app.electrolyte.domain import PAPER_BOX, WIDE, WIDE_MARGIN
from surrogate_app.electrolyte.surrogate.model import MODELS
from surrogate_app.electrolyte.system import Electrolyte

CALCIUM = Electrolyte(h=4.0, c=0.5, d_pos=0.4, d_neg=0.4, sigma_s=-0.05, z_pos=2)


def test_the_papers_box_lies_wholly_inside():
    ends = np.array(list(system.DOMAIN.values()))
    corners = np.array(np.meshgrid(*ends)).reshape(5, -1).T
    assert len(corners) == 32
    assert WIDE.inside(corners).all()
    assert not any(WIDE.outside(Electrolyte.from_array(row)) for row in corners)


def test_the_papers_networks_know_its_box_only():
    assert PAPER_BOX.inputs == system.PARAMETERS
    assert WIDE.inputs == system.ALL_PARAMETERS
    assert MODELS["modnn"].domain is PAPER_BOX
    assert not PAPER_BOX.outside(Electrolyte(4.5, 1.0, 0.4, 0.4, -0.02))
    assert PAPER_BOX.outside(CALCIUM)
    rows = np.array([[4.5, 1.0, 0.4, 0.4, -0.02, 1, -1, 298, 80], CALCIUM.to_array()])
    assert PAPER_BOX.inside(rows).tolist() == [True, False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"h": 1.9}, "h = 1.9 nm is outside 2 to 10 nm"),
        ({"c": 2.2}, "c = 2.2 mol/L is outside 0.02 to 2 mol/L"),
        ({"d_neg": 0.75}, "d_neg = 0.75 nm is outside 0.2 to 0.7 nm"),
        ({"sigma_s": -0.2}, "sigma_s = -0.2 C/m² is outside -0.15 to 0 C/m²"),
        ({"temperature": 270.0}, "temperature = 270 K is outside 273 to 373 K"),
        ({"permittivity": 95.0}, "permittivity = 95 is outside 40 to 90"),
        (
            {"z_pos": 3, "z_neg": -2, "d_pos": 0.7, "d_neg": 0.7, "c": 0.1, "permittivity": 85.0},
            "a 3:2 salt is none",
        ),
        ({"d_pos": 0.2, "d_neg": 0.25}, "the coupling of cation and anion is 6.23, more than 6"),
        ({"d_pos": 0.7, "d_neg": 0.7, "c": 2.0}, "ions fill 0.663 of the slab, more than 0.36"),
    ],
)
def test_a_system_outside_is_told_which_limit_it_breaks(change, said):
    assert not WIDE.outside(CALCIUM)
    broken = CALCIUM.replace(**change)
    (sentence,) = WIDE.outside(broken)
    assert sentence.startswith(said)
    assert not WIDE.inside(broken.to_array()[None])[0]
    with pytest.raises(ValueError, match=said.split(" is ")[0]):
        WIDE.require(broken)


def test_what_is_advised_is_allowed():
    strong = CALCIUM.replace(d_pos=0.2, d_neg=0.25)
    (sentence,) = WIDE.outside(strong)
    diameter = float(sentence.split("mean diameter of ")[1].split(" nm")[0])
    product = float(sentence.split("permittivity of ")[1].split(" K")[0])
    assert not WIDE.outside(strong.replace(d_pos=diameter, d_neg=diameter))
    assert not WIDE.outside(strong.replace(permittivity=product / strong.temperature))
    dense = CALCIUM.replace(d_pos=0.7, d_neg=0.7, c=2.0)
    (sentence,) = WIDE.outside(dense)
    most = float(sentence.split("c up to ")[1].split(" mol")[0])
    assert not WIDE.outside(dense.replace(c=most))
    assert WIDE.outside(dense.replace(c=1.01 * most))


def test_all_limits_that_are_broken_are_named_at_once():
    broken = Electrolyte(11, 3, 0.6, 0.7, -0.2, 3, -1, temperature=380, permittivity=20)
    assert len(WIDE.outside(broken)) == 7


@pytest.mark.parametrize("limits", [WIDE, WIDE_MARGIN])
def test_designs_fill_the_domain_salt_by_salt(limits):
    rows = wide(1000, seed=3, limits=limits)
    assert limits.inside(rows).all()
    salts, counts = np.unique(rows[:, 5:7], axis=0, return_counts=True)
    assert len(salts) == 5
    assert (counts == 200).all()
    np.testing.assert_array_equal(rows[:100], wide(100, seed=3, limits=limits))
    assert not np.isin(rows[:, 0], wide(1000, seed=4, limits=limits)[:, 0]).any()
    charge = -rows[:, 4]
    assert 0.04 < (charge == 0.0).mean() < 0.12
    assert charge[charge > 0].min() >= UNCHARGED
    for column, name in enumerate(("h", "c", "d_pos", "d_neg")):
        low, high = limits.ranges[name]
        if name in ("h", "c"):
            share = np.log(rows[:, column] / low) / np.log(high / low)
        else:
            share = (rows[:, column] - low) / (high - low)
        assert share.min() < 0.02
        assert share.max() > 0.97
    lengths = [Electrolyte.from_array(row).bjerrum_length for row in rows]
    water = np.mean([0.65 <= length <= 0.85 for length in lengths])
    assert 0.4 < water < 0.65
    assert max(lengths) > 1.3
    assert min(lengths) < 0.52
