"""A file gives a g(r) with what was guessed and doubted, or one sentence on what is wrong."""

import re

import numpy as np
import pytest
from support.rdf_samples import G, R, lammps, liquid_like, read, rows, vmd, votca, xvg

from surrogate_app.liquid.rdf.rdf import RDF


def test_a_path_is_read_and_gives_the_name(tmp_path):
    path = tmp_path / "argon <b>.xvg"
    path.write_text(xvg(G))
    for source in (path, str(path)):
        assert RDF.read(source).name == "argon <b>.xvg"
    assert RDF.read(path, name="run\n7").name == "run 7"


@pytest.mark.parametrize("source", ["nowhere.xvg", "", ".", "a\0b", "x" * 5000, 7, None])
def test_a_source_that_cannot_be_read_is_refused(source):
    with pytest.raises(ValueError):
        RDF.read(source)


# Units


@pytest.mark.parametrize(
    ("per_nm", "size", "unit"),
    [(1.0, 0.27, "nm"), (1.0, 0.34, "nm"), (1.0, 0.6, "nm"), (10.0, 0.27, "Å"), (10.0, 0.6, "Å")],
)
def test_nm_and_ångström_are_told_apart_by_the_first_peak(per_nm, size, unit):
    rdf = read(rows(R * per_nm, liquid_like(R, size), form="%.7f"))
    assert rdf.length_unit == unit
    np.testing.assert_allclose(rdf.r, R, atol=1e-7)
    assert re.fullmatch(f"Distances are taken to be in {unit}: .* lies at .*", rdf.assumptions[0])


def test_distances_in_sigma_need_sigma():
    text = rows(R / 0.34, G)
    with pytest.raises(ValueError, match="units of σ: give sigma in nm"):
        read(text)
    rdf = read(text, sigma=0.34)
    assert rdf.length_unit == "σ"
    np.testing.assert_allclose(rdf.r, R, atol=1e-6)
    with pytest.raises(ValueError, match="sigma must be a positive number in nm, got -1"):
        read(text, sigma=-1.0)


@pytest.mark.parametrize(
    ("given_", "unit", "factor"),
    [
        ("nm", "nm", 1.0),
        ("Å", "Å", 0.1),
        ("A", "Å", 0.1),
        ("angstrom", "Å", 0.1),
        ("sigma", "σ", 0.4),
        (" σ ", "σ", 0.4),
    ],
)
def test_a_given_unit_is_obeyed_without_a_guess(given_, unit, factor):
    rdf = read(rows(R, G), length_unit=given_, sigma=0.4)
    assert (rdf.length_unit, rdf.assumptions) == (unit, ())
    np.testing.assert_allclose(rdf.r, factor * R, atol=1e-6)


@pytest.mark.parametrize("unit", ["cm", "", "feet" * 50, 3, 1.5, ["nm"]])
def test_an_unknown_unit_is_refused_with_the_choices(unit):
    with pytest.raises(ValueError, match="length_unit must be nm, Å, σ, pm, bohr or m, got “"):
        read(rows(R, G), length_unit=unit)


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("r (nm)", "nm"),
        ("distance [Å]", "Å"),
        ("r/A", "Å"),
        ("r_angstrom", "Å"),
        ("Radius (Angstroms)", "Å"),
        ("r/sigma", "σ"),
        ("r*", "σ"),
        ("r / σ", "σ"),
    ],
)
def test_the_header_decides_the_unit_even_against_the_first_peak(head, unit):
    rdf = read(f"{head};g\n" + rows(R, G, separator=";"), sigma=1.0)
    assert rdf.length_unit == unit
    assert rdf.assumptions == (f"Distances are in {unit}, as the file says.",)
    unusual = any("unusual; check the length unit" in doubt for doubt in rdf.warnings)
    assert unusual == (unit != "nm")


def test_an_ångström_sign_survives_a_wrong_encoding():
    text = "r (Å),g\n" + rows(10.0 * R, G, separator=",")
    for data in (text.encode("latin-1"), text.encode().decode("cp1252").encode()):
        assert read(data).assumptions == ("Distances are in Å, as the file says.",)


@pytest.mark.parametrize("head", ["A,B", "A-A pair,g", "Au,Au"])
def test_names_of_atoms_are_no_units(head):
    assert read(f"{head}\n" + rows(R, G, separator=",")).length_unit == "nm"


def test_units_that_are_not_offered_are_refused_by_name():
    with pytest.raises(ValueError, match=r"distances are in “r \(mm\)”; convert them to nm or Å"):
        read("r (mm),g\n" + rows(1000.0 * R, G, separator=","))


@pytest.mark.parametrize("head", ["r(a.u.)", "r / a0", "distance (a₀)", "r [a. u.]", "r (bohr)"])
def test_atomic_units_are_not_taken_for_ångström(head):
    rdf = read(f"{head};g\n" + rows(R / 0.0529177, G, separator=";"))
    assert rdf.length_unit == "bohr"
    np.testing.assert_allclose(rdf.r, R, rtol=1e-5)


def test_a_first_peak_between_the_units_is_doubted_and_one_far_off_is_refused():
    assert "suits no length unit" in read(rows(R * 2.25, G), sigma=0.3).warnings[0]
    for factor in (0.1, 100.0):
        with pytest.raises(ValueError, match="suits neither nm, Å nor σ; give length_unit"):
            read(rows(R * factor, G, form="%.9f"))


# Columns


def test_columns_are_chosen_by_index():
    other = liquid_like(R, 0.45)
    text = "r,A-A,A-B\n" + rows(R, G, other, separator=",")
    assert read(text).columns == ("A-A", "A-B")
    chosen = read(text, column=np.int64(1))
    assert chosen.column == 1
    np.testing.assert_allclose(chosen.g, other, atol=1e-6)


@pytest.mark.parametrize("column", [-1, 2, 10**30, 0.0, "A-B", [0]])
def test_a_column_that_is_not_there_is_refused_with_their_number(column):
    text = "r,A-A,A-B\n" + rows(R, G, G + 0.1, separator=",")
    with pytest.raises(ValueError, match="column must be an integer from 0 to 1"):
        read(text, column=column)


def test_long_names_of_columns_are_shortened():
    text = f"r,{'x' * 1000}\n" + rows(R, G, separator=",")
    assert read(text).columns == ("x" * 40,)


# Defects


@pytest.mark.parametrize("lost", [1, 3, 7, 9, 12])
def test_a_last_line_that_is_cut_off_is_left_out(lost):
    text = rows(R, G)[:-lost]
    rdf = read(text)
    whole = lost == 1
    assert len(rdf.r) == (500 if whole else 499)
    assert rdf.warnings == (() if whole else ("The last line is cut off and was left out.",))


def test_a_cut_last_line_is_left_out_in_every_format():
    for text in (xvg(G), vmd(), votca(), rows(R, G, separator=";"), lammps([[G]])):
        rdf = read(text[:-5])
        assert len(rdf.r) == 499
        assert "The last line is cut off and was left out." in rdf.warnings


def test_slightly_negative_values_are_kept_and_told():
    g = G.copy()
    g[40] = -0.004
    rdf = read(rows(R, g))
    assert rdf.g[40] == -0.004
    assert rdf.warnings == ("g(r) falls to -0.004 in line 41, below zero.",)


def test_distances_that_fall_are_turned_round():
    rdf = read(rows(R[::-1], G[::-1]))
    np.testing.assert_allclose(rdf.g, G, atol=1e-6)
    assert rdf.warnings == ("Distances fell from row to row and were turned round.",)
    g = G[::-1].copy()
    g[100] = np.nan
    with pytest.raises(ValueError, match="line 101: g"):
        read(rows(R[::-1], g))


def test_repeated_rows_are_left_out():
    order = np.sort(np.append(np.arange(500), [7, 300, 300]))
    rdf = read(rows(R[order], G[order]))
    np.testing.assert_allclose(rdf.r, R, atol=1e-6)
    assert rdf.warnings == ("3 repeated rows were left out.",)


def test_two_files_in_one_are_averaged():
    rdf = read(rows(R, G) + rows(R, 1.02 * G))
    np.testing.assert_allclose(rdf.g, 1.01 * G, atol=1e-6)
    assert rdf.assumptions[0] == "The 2 tables were averaged."


def test_r_may_start_at_zero():
    r = np.linspace(0.0, 1.5, 501)
    rdf = read(xvg(liquid_like(r), r=r))
    assert rdf.r[0] == 0.0
    assert rdf.g[0] == 0.0
    assert rdf.warnings == ()


def test_0_by_0_in_the_first_bin_is_left_out():
    rdf = read("0.000000 -nan\n" + rows(R, G))
    assert len(rdf.r) == 500
    assert rdf.warnings == ("The first value of g(r) is not a number and was left out.",)


def test_pairs_of_atoms_with_themselves_are_left_out():
    g = G.copy()
    g[0] = 41234.5
    rdf = read(rows(10.0 * R, g))
    assert rdf.length_unit == "Å"
    assert rdf.g.max() < 3.0
    assert rdf.warnings == (
        "The value 4.12e+04 at r = 0.015 counts atoms with themselves; it was left out.",
    )


def test_a_column_of_nitrogen_is_offered_and_one_of_numbers_is_not():
    other = liquid_like(R, 0.45)
    text = "r,N-N,N-O\n" + rows(R, G, other, separator=",")
    assert read(text).columns == ("N-N", "N-O")
    for head in ("n(r)", "n", "error"):
        text = f"r,g,{head}\n" + rows(R, G, other, separator=",")
        assert read(text).columns == ("g",)


def test_a_tail_a_little_above_1_may_be_that_of_a_critical_fluid():
    (doubt,) = read(rows(R, 1.02 * G)).warnings
    assert "as it may near the critical point" in doubt


@pytest.mark.parametrize("atoms", [40, 100, 250])
def test_a_tail_at_n_minus_1_by_n_is_told_and_normalised(atoms):
    rdf = read(rows(R, G * (atoms - 1) / atoms))
    (doubt,) = rdf.warnings
    told = re.search(r"not to 1, as \(N − 1\)/N does for N = (\d+) atoms; normalise it", doubt)
    assert int(told[1]) == pytest.approx(atoms, rel=0.2)
    better = rdf.normalised()
    np.testing.assert_allclose(better.g, G, atol=3e-3)
    assert better.tail.level == pytest.approx(1.0, abs=1e-12)
    assert re.fullmatch(
        r"g\(r\) was divided by 0\.9\d+, the level of its tail\.", better.warnings[0]
    )
    assert len(better.warnings) == 1


def test_a_g_that_is_not_normalised_by_the_density_is_told():
    rdf = read(rows(R, 13.7 * G))
    assert "tends to 13.7, not to 1" in rdf.warnings[0]
    np.testing.assert_allclose(rdf.normalised().g, G, atol=0.01)


def test_a_good_tail_is_not_doubted_whatever_its_noise():
    rng = np.random.default_rng(1)
    for noise in (0.0, 0.003, 0.03, 0.1):
        rdf = read(rows(R, G + noise * (R > 0.33) * rng.normal(size=500)))
        assert rdf.warnings == ()
        assert rdf.tail.level == pytest.approx(1.0, abs=0.003 + 0.2 * noise)
        assert rdf.tail.noise == pytest.approx(noise, abs=0.003 + 0.2 * noise)


def test_a_tail_that_still_varies_is_told():
    waves = G + 0.2 * (R > 0.34) * np.cos(2 * np.pi * (R - 0.37) / 0.34)
    assert "still varies by ±0.1" in read(rows(R, waves)).warnings[0]
    short = read(rows(R[:231], G[:231]))
    assert "g(r) ends at 0.692 nm, before it has reached its limit." in short.warnings


def test_coarse_points_and_a_missing_core_are_told():
    coarse = read(rows(R[::18], G[::18]))
    assert "The points are 0.054 nm apart, which is coarse." in coarse.warnings
    cored = read(rows(R[115:], G[115:]))
    assert cored.warnings[0].startswith("g(r) begins with")


@pytest.mark.parametrize(
    ("g", "reason"),
    [
        (np.ones(500), r"g\(r\) is 1 everywhere"),
        (np.zeros(500), r"g\(r\) is 0 everywhere"),
        (G - 1.0, r"this is g\(r\) − 1; add 1 to it"),
        (np.exp(-(((R - 0.38) / 0.05) ** 2)), "tend to 0 at large r"),
        (4 * 0.9964 * ((0.341 / R) ** 12 - (0.341 / R) ** 6), "above 1e"),
    ],
    ids=["constant", "zero", "h(r)", "a peak", "a potential"],
)
def test_what_is_no_g_is_refused(g, reason):
    with pytest.raises(ValueError, match=reason):
        read(rows(R, g))


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="at least 20 points, got 19"):
        read(rows(R[::27], G[::27]))


# Arrays


def test_arrays_are_copied_and_protected():
    r, g = R.copy(), G.copy()
    rdf = RDF(r, g)
    r[0] = g[0] = 7.0
    assert rdf.r[0] == R[0]
    assert rdf.g[0] == G[0]
    for values in (rdf.r, rdf.g):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0


@pytest.mark.parametrize(
    ("r", "g", "reason"),
    [
        (R, G[1:], r"of one length, got \(500,\) and \(499,\)"),
        (R[:, None], G[:, None], "of one length"),
        (R, "dense", "arrays of numbers|of one length"),
        (R, [None, {}], "arrays of numbers"),
        (R, [[1.0], [1.0, 2.0]], "arrays of numbers"),
        (R[:19], G[:19], "at least 20 points"),
        (R, np.where(R > 1.0, np.nan, G), r"point 334: g\(r\) is nan"),
        (np.where(R > 1.0, np.inf, R), G, "point 334: r is inf"),
        (R[::-1], G, "point 2: r is .* distances must increase"),
        (R - 0.1, G, "point 1: r is -0.0985; distances can't be negative"),
        (R, G - 0.5, "can't be negative"),
        (R, 0.0 * G + 2.0, "2 everywhere"),
    ],
)
def test_arrays_that_are_no_g_are_refused(r, g, reason):
    with pytest.raises(ValueError, match=reason):
        RDF(r, g)


def test_first_peak_and_tail_of_arrays():
    rdf = RDF(R, G)
    assert rdf.first_peak == pytest.approx(0.3735, abs=0.02)
    assert 0.75 <= rdf.tail.start < 1.5
    assert rdf.tail.level == pytest.approx(1.0, abs=1e-3)
