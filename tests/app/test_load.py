"""Many visitors at a time: what is measured of them, and that a server bears a few."""

import os

import pytest

from surrogate_app.app.load import Visitor, figures, memory_of, summary
from surrogate_app.cli.main import BAD_INPUT, main


def test_a_run_is_summed_up_by_errors_waiting_and_memory():
    crowd = [Visitor("", 1, [10.0, 20.0]), Visitor("", 2, [90.0], ["TimeoutError: "])]
    found = {figure.name: figure for figure in summary(crowd, 5.0, (100.0, 300.0, 110.0))}
    errors, waited, each, kept = found.values()
    assert (errors.value, errors.ratio) == (1, 1.0)
    assert (waited.value, waited.reference) == (20.0, 15.0)
    assert (each.value, each.reference) == (100.0, 150.0)
    assert (kept.value, kept.reference) == (10.0, pytest.approx(20.0))
    assert waited.name == "2 visitors: ms from slider to answer, median of 3"


def test_memory_is_that_of_a_process_and_its_children():
    assert memory_of(os.getpid()) > 20.0


@pytest.mark.parametrize("option", [("--visitors", "0"), ("--minutes", "-1")])
def test_no_visitors_and_no_time_are_refused(option, capsys):
    assert main(["benchmark", "--load", *option]) == BAD_INPUT
    assert f"{option[0][2:]} must be" in capsys.readouterr().err


@pytest.mark.slow
def test_a_few_visitors_meet_no_error_and_leave_nothing_behind():
    found = {figure.name.partition(": ")[2]: figure for figure in figures(3, 0.2)}
    assert found["errors"].value == 0
    assert found["MiB for each"].ratio < 1.0
    assert found["MiB kept when they have left"].ratio < 1.0
