"""The command line takes every number, says in one line what is wrong, and explains itself."""

import pytest

from surrogate_app.cli import main as cli

ELECTROLYTE = ["--h", "4.8", "--c", "1.5", "--d-pos", "0.415", "--d-neg", "0.63"]
LIQUID = ["--c6", "6e-3", "--density", "13.7", "--temperature", "345"]


def refused(capsys, *arguments):
    """One line in which a command says what is wrong with its arguments."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(list(arguments))
    out, err = capsys.readouterr()
    assert stopped.value.code == cli.BAD_INPUT
    assert out == ""
    assert err.startswith("surrogate-app: ")
    assert err.count("\n") == 1
    return err


def help_of(capsys, *command):
    """Help of a command, in one line."""
    with pytest.raises(SystemExit) as stopped:
        cli.main([*command, "--help"])
    assert stopped.value.code == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "charge", ["-2e-2", "-2.0E-02", "-.02", "-0.02", "-0_0.02", "-200e-4", "-.2e-1"]
)
def test_negative_numbers_may_have_exponents(charge, capsys):
    arguments = ["sweep", *ELECTROLYTE, "--sigma-s", charge, "--input", "sigma-s"]
    assert cli.main([*arguments, "--values", charge, charge]) == cli.DONE
    assert "#   sigma_s = -0.02 C/m²\n" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["-9.7e-6", "-1", "-inf", "-NaN", "-1."])
def test_negative_numbers_where_none_belong_are_refused_for_their_sign(number, capsys):
    assert cli.main(["simulate", "liquid", "--c12", number, *LIQUID]) == cli.BAD_INPUT
    assert "c12 must be a positive number in kJ/mol nm¹²" in capsys.readouterr().err


def test_missing_and_unknown_arguments_are_told_in_one_line(capsys):
    assert "required: --sigma-s; see surrogate-app predict --help" in refused(
        capsys, "predict", *ELECTROLYTE
    )
    assert "invalid choice: 'predit'" in refused(capsys, "predit")
    assert "--sigma-s: expected one argument" in refused(
        capsys, "predict", *ELECTROLYTE, "--sigma-s", "--json"
    )
    assert "--h: invalid float value: 'wide'" in refused(capsys, "predict", "--h", "wide")
    assert "required: SUBJECT" in refused(capsys, "simulate")


@pytest.mark.parametrize("seed", ["-1", "1.5", "one"])
@pytest.mark.parametrize("command", [["simulate", "liquid"], ["propagate"], ["examples"]])
def test_what_is_no_seed_is_refused_by_the_name_of_its_option(command, seed, capsys):
    assert f"--seed: a seed is a whole number from 0 on, got '{seed}'" in refused(
        capsys, *command, "--seed", seed
    )


def test_help_tells_defaults_only_where_there_are_some(capsys):
    for command in (["predict"], ["simulate", "liquid"], ["fit"], ["campaign"], ["train"]):
        text = help_of(capsys, *command)
        assert "None" not in text
        assert "(default: inf)" not in text
        assert "False" not in text
    assert "seed of the random number generator (default: 1)" in help_of(capsys, "propagate")


def test_help_tells_units_places_and_what_is_simulated(capsys):
    assert "minutes after which nothing is started; no limit" in help_of(capsys, "campaign")
    assert "probabilities of the quantiles" in help_of(capsys, "propagate")
    assert "density profiles of one electrolyte" in help_of(capsys, "simulate", "electrolyte")
    assert "one Lennard-Jones fluid" in help_of(capsys, "simulate", "liquid")
    assert "pretrained/liquid/examples" in help_of(capsys, "examples")
