"""A check by simulation as part of the page's state, with a run that does as it is told."""

import json
import math

import numpy as np
import pytest
from support.app_trial import Layers
from support.check_trial import IONS, Trial

from surrogate_app.app.electrolyte.analysis.state import AnalysisSettings, Target
from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.tabs.check.state import PRECISIONS, CheckState
from surrogate_app.electrolyte.data.dataset import DESIGNS


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def part(clock):
    Trial.made = ()
    part = CheckState(AnalysisSettings(), lambda work: work(), start=Trial, clock=clock)
    look_at(part, PRESETS["I"])
    return part


def look_at(part, system):
    part.follow(Target("one", Layers("one"), system))


def test_a_run_goes_from_preparing_to_the_end_and_tells_the_time_left(part, clock):
    part.start()
    (run,) = Trial.made
    assert part.check.phase == "preparing"
    assert math.isnan(part.check.seconds_left)
    assert part.poll()
    clock.now = 10.0
    run.tell("equilibrating", 100, 2000)
    assert part.poll()
    clock.now = 12.0
    run.tell("running", 500, 2100, sweeps=300)
    assert part.poll()
    assert part.check.seconds_left == pytest.approx(8.0)
    assert part.check.profile.sweeps == 300
    run.tell("finished", 2100, 2100, sweeps=1100)
    assert not part.poll()
    assert (part.check.phase, part.check.seconds_left) == ("finished", 0.0)
    assert part.check.profile.sweeps == 1100
    assert run.ended


def test_precisions_are_those_of_the_data_sets():
    for name, design in (("training", DESIGNS["sobol"]), ("test", DESIGNS["test"])):
        asked = (design.sweeps, design.precision, design.max_sweeps)
        assert tuple(PRECISIONS[name].values()) == asked


def test_moving_the_sliders_does_not_spoil_a_run(part):
    part.start()
    (run,) = Trial.made
    look_at(part, PRESETS["Dense"])
    assert not part.fits
    run.tell("running", 400, 800, sweeps=200)
    assert part.poll()
    assert not run.ended
    assert part.check.system == PRESETS["I"]
    with pytest.raises(ValueError, match="Nothing was measured for this system yet"):
        part.table("check")
    look_at(part, PRESETS["I"])
    assert part.fits
    assert part.table("check").system == PRESETS["I"]


def test_a_new_run_ends_the_one_before(part):
    part.start()
    look_at(part, PRESETS["Dense"])
    part.start()
    first, second = Trial.made
    assert first.ended
    assert not second.ended
    assert second.system == PRESETS["Dense"]
    assert part.check.profile is None


def test_cancelling_keeps_what_was_measured_and_says_why(part):
    part.start()
    (run,) = Trial.made
    run.tell("running", 400, 800, sweeps=200)
    part.poll()
    part.cancel("The page no longer answers.")
    assert run.ended
    assert not part.poll()
    assert (part.check.phase, part.check.profile.sweeps) == ("cancelled", 200)
    assert part.check.sentence == "The page no longer answers."
    part.cancel()  # nothing runs any more
    assert part.check.sentence


def test_a_failed_run_says_why(part):
    part.start()
    Trial.made[0].tell("failed", sentence="The simulation broke off.")
    assert not part.poll()
    assert (part.check.phase, part.check.sentence) == ("failed", "The simulation broke off.")


def test_a_run_that_tells_nonsense_fails_and_says_so(part, caplog):
    part.start()
    (run,) = Trial.made

    def updates():
        raise KeyError("phase")

    run.updates = updates
    assert not part.poll()
    assert run.ended
    assert part.check.phase == "failed"
    assert "could not be shown (KeyError: 'phase'); start it again" in part.check.sentence
    assert "Traceback" in caplog.text
    part.start()
    Trial.made[-1].tell("finished", 2100, 2100, sweeps=1100)
    assert not part.poll()
    assert part.check.phase == "finished"


@pytest.mark.parametrize("seed", [1.5, -1, math.nan, math.inf, 2.0**32])
def test_what_is_no_seed_is_refused(part, seed):
    part.set_seed(seed)
    assert part.seed == 1
    assert "A seed is a whole number" in part.seed_refusal
    part.start()  # with the one that was kept, and is shown
    assert Trial.made[-1].options["seed"] == 1
    assert part.seed_refusal == ""
    part.set_seed(7.0)
    assert (part.seed, part.seed_refusal) == (7, "")


def test_only_an_open_tab_is_told_of_news(part):
    part.start()
    part.leave()
    before = part.revision
    Trial.made[0].tell("running", 400, 800, sweeps=200)
    assert part.poll()
    assert part.revision == before
    look_at(part, PRESETS["I"])
    assert part.revision > before


def test_the_call_is_that_of_the_run_and_the_link_restores_its_settings(part):
    part.precision = "test"
    part.set_seed(5)
    part.start()
    part.precision = "quick"
    assert "sweeps=16384, precision=0.005, max_sweeps=65536, seed=5" in part.call
    assert part.call.count("Electrolyte(") == 1
    other = CheckState(AnalysisSettings(), lambda work: work(), start=Trial)
    other.restore(part.settings())
    assert other.options == {"sweeps": 2048, "seed": 5}
    for key, value in (("check_precision", "<b>"), ("check_seed", "x")):
        with pytest.raises(ValueError, match=value):
            other.restore({key: value})


def test_the_prediction_for_the_realised_concentration_is_held_against_the_simulation(part):
    edge = PRESETS["Dense"].replace(c=2.0)
    for asked, inside in ((PRESETS["I"], True), (edge, False)):
        look_at(part, asked)
        part.start()
        Trial.made[-1].tell("running", 400, 800, sweeps=200)
        part.poll()
        realised = part.measured.system
        assert realised.c == 1.001 * asked.c
        assert part.counterpart.system == (realised if inside else asked)
        assert ("predict(measured.system)" in part.call) == inside


def test_exports_say_how_both_profiles_were_made(part):
    part.start()
    Trial.made[0].tell("running", 400, 800, sweeps=200)
    part.poll()
    document = json.loads(part.table("check").to_json())
    options = document["options"]
    assert (options["phase"], options["sweeps"], options["seed"]) == ("running", 200, 1)
    assert options["call"].startswith("simulate(Electrolyte(h=4.8")
    assert (options["success_rate_eps"], options["success_rate_sem"]) == (1.0, 0.0)
    assert document["application"]["version"]
    profile = part.check.profile
    np.testing.assert_array_equal(document["n_neg_simulated_sem"], profile.n_neg_sem)
    np.testing.assert_array_equal(document["n_pos_predicted"], part.result.n_pos)
    ions = json.loads(part.table("ions").to_json())
    assert ions["charge"] == [1] * IONS[0] + [-1] * IONS[1]
    assert set(ions["diameter"]) == {PRESETS["I"].d_pos, PRESETS["I"].d_neg}
