"""Reading and fitting structure factors."""

import json

import numpy as np
import pytest
from support.liquid_samples import fluid

from surrogate_app.cli.main import main
from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, StructureFactor
from surrogate_app.liquid.rdf.structure_factor import read_curve

STATE = fluid(0.82, 0.8)
Q = np.arange(2.0, 110.0, 0.5)


@pytest.fixture(scope="module")
def values():
    return ForwardSurrogate.load().structure_factor(STATE, Q)


def file(*columns, head=""):
    rows = "\n".join(" ".join(f"{x:.6f}" for x in row) for row in zip(*columns, strict=True))
    return f"{head}\n{rows}".encode()


@pytest.mark.parametrize(
    ("unit", "head"), [("Å⁻¹", ""), ("nm⁻¹", ""), ("Å⁻¹", "# Q (A^-1)  S(Q)"), ("nm⁻¹", "# q 1/nm")]
)
@pytest.mark.parametrize("quantity", ["S", "S-1", "q(S-1)"])
def test_units_and_quantities_are_recognised(values, unit, head, quantity):
    q = Q / 10.0 if unit == "Å⁻¹" else Q
    held = {"S": values, "S-1": values - 1.0, "q(S-1)": q * (values - 1.0)}[quantity]
    read = StructureFactor.read(file(q, held, head=head))
    assert (read.q_unit, read.quantity) == (unit, quantity)
    assert read.q == pytest.approx(Q, abs=1e-4)
    assert read.s == pytest.approx(values, abs=1e-4)
    assert len(read.assumptions) >= 2


def test_errors_beside_it_are_read(values):
    head = "# q(1/A) S(q) error"
    read = StructureFactor.read(file(Q / 10.0, values, np.full(len(Q), 0.01), head=head))
    assert read.s_err == pytest.approx(np.full(len(Q), 0.01))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda s: file(Q, 7.0 * s), "may be an intensity"),
        (lambda s: file(Q, np.ones(len(s)) + 1e-3 * s / s.max()), "no peak above 1"),
        (lambda s: file(Q, s, head="# q (1/nm) intensity (a.u.)"), "a scattering intensity"),
        (lambda _s: b"", "."),
    ],
)
def test_what_is_no_structure_factor_is_refused(values, content, sentence):
    with pytest.raises(ValueError, match=sentence):
        StructureFactor.read(content(values))


@pytest.mark.parametrize("seed", range(3))
def test_parameters_are_found_within_their_uncertainty(values, seed):
    random = np.random.default_rng(seed)
    noisy = 1.0 + 1.01 * (values - 1.0) + 0.01 * random.normal(size=len(Q))
    fit = InverseSurrogate.load().fit(StructureFactor(Q, noisy), STATE.density, STATE.temperature)
    assert fit.in_domain
    assert abs(fit.sigma - STATE.sigma) < 3.0 * fit.sigma_std
    assert fit.sigma_std < 0.03 * STATE.sigma
    assert abs(fit.epsilon - STATE.epsilon) < 3.0 * fit.epsilon_std
    assert any("Measured S(q)" in sentence for sentence in fit.warnings)


def test_the_command_recognises_it_and_says_so(values, tmp_path, capsys):
    path = tmp_path / "argon.sq"
    path.write_bytes(file(Q / 10.0, values, head="# structure factor, Q in 1/Angstrom"))
    given = [str(path), "--density", str(STATE.density), "--temperature", str(STATE.temperature)]
    assert main(["fit", *given]) == 0
    printed = capsys.readouterr()
    assert "This is a structure factor S(q)" in printed.err
    assert "sigma" in printed.out
    assert main(["fit", *given, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["structure_factors"]
    assert found["sigma"] == pytest.approx(STATE.sigma, rel=0.01)
    assert found["s"] == pytest.approx(values, abs=1e-5)
    assert main(["fit", *given, "--format", "gromacs", "--csv", str(tmp_path / "s.csv")]) == 0
    assert "from S(q)" in capsys.readouterr().out
    assert "fit,q,s,s_fit,residual" in (tmp_path / "s.csv").read_text()


@pytest.mark.parametrize("per_nm", [1.0, 0.1])
@pytest.mark.parametrize("noise", [0.0, 0.02])
@pytest.mark.parametrize("state", [STATE, fluid(0.4, 2.0), fluid(0.6, 5.0)])
def test_two_bare_columns_are_recognised(state, noise, per_nm):
    q = np.arange(2.0, 100.0, 0.5)
    s = ForwardSurrogate.load().structure_factor(state, q)
    s = s + noise * np.random.default_rng(4).normal(size=len(q))
    for values, quantity in ((s, "S"), (s - 1.0, "S-1")):
        with pytest.raises(ValueError, match=rf"\(quantity {quantity}\)"):
            RDF.read(file(per_nm * q, values))
        read = read_curve(file(per_nm * q, values))
        assert isinstance(read, StructureFactor)
        assert read.quantity == quantity
    assert isinstance(read_curve(file(per_nm * q, s), quantity="g"), RDF)


def test_a_bare_weighted_function_is_told_from_that_of_diffraction(values):
    with pytest.raises(ValueError, match=r"give the quantity q\(S-1\)"):
        RDF.read(file(Q, Q * (values - 1.0)))


def test_where_numbers_do_not_tell_the_quantity_is_asked_for(values):
    late = Q > 15.0
    read = RDF.read(file(0.1 * Q[late], values[late]))
    assert any("give the quantity S" in sentence for sentence in read.warnings)
    with pytest.raises(ValueError, match=r"the quantity S if it is S\(q\)"):
        RDF.read(file(1.3 * Q[late], values[late]))
    asked = read_curve(file(0.1 * Q[late], values[late]), quantity="S")
    assert isinstance(asked, StructureFactor)
