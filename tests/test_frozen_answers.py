"""What the public calls answered before is what they answer still, to rounding."""

from collections.abc import Callable

import numpy as np
import pytest
from support import frozen_answers

TOLERANCE = {"rtol": 1e-6, "atol": 1e-9}


@pytest.mark.parametrize(
    ("calls", "rounding"),
    [
        (frozen_answers.predictions, 1e-5),
        (frozen_answers.sensitivities, 2e-3),
        (frozen_answers.fits, 5e-5),
    ],
    ids=["predictions", "sensitivities", "fits"],
)
def test_public_calls_answer_as_they_did(
    calls: Callable[[], frozen_answers.Answers], rounding: float
) -> None:
    """Of the largest number of each answer: networks compute in single precision.

    Libraries of matrix products round differently for each kind of processor. Shares of a small
    variance, and the misfit of a network that is far off, magnify that.
    """
    with np.load(frozen_answers.FILE, allow_pickle=False) as frozen:
        for name, values in calls().items():
            before = frozen[name]
            assert np.array_equal(np.isnan(values), np.isnan(before)), name
            off = np.nan_to_num(np.abs(values - before))
            largest = np.nan_to_num(np.abs(before)).max(axis=-1, keepdims=True)
            assert (off <= rounding * largest + 1e-9).all(), f"{name}: off by {off.max():.2g}"


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
