"""What the public calls answered before is what they answer still, to rounding."""

from collections.abc import Callable

import numpy as np
import pytest
from support import frozen_answers

TOLERANCE = {"rtol": 1e-6, "atol": 1e-9}


@pytest.mark.parametrize(
    "calls",
    [frozen_answers.predictions, frozen_answers.sensitivities, frozen_answers.fits],
    ids=lambda function: function.__name__,
)
def test_public_calls_answer_as_they_did(calls: Callable[[], frozen_answers.Answers]) -> None:
    with np.load(frozen_answers.FILE, allow_pickle=False) as frozen:
        for name, values in calls().items():
            np.testing.assert_allclose(values, frozen[name], **TOLERANCE, err_msg=name)


def test_simulations_of_a_seed_go_the_way_they_went() -> None:
    """Most of them: pair forces are summed in single precision, and processors round differently.

    Now and then one accepts a move that another refuses, and the two runs part. A change of the
    random numbers, the moves or the forces would part nearly all.
    """
    with np.load(frozen_answers.FILE, allow_pickle=False) as frozen:
        for name, values in frozen_answers.simulations().items():
            same = np.isclose(values, frozen[name], **TOLERANCE)
            runs = same.reshape(len(same), -1).all(axis=1)
            assert runs.mean() > 0.6, f"{name}: runs {np.flatnonzero(~runs).tolist()} went astray"
