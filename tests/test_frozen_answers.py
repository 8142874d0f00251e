"""Rearranging the package alters no answer: everything agrees with a table made before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support import frozen_answers


@pytest.mark.parametrize(
    "calls",
    [
        frozen_answers.predictions,
        frozen_answers.sensitivities,
        frozen_answers.fits,
        frozen_answers.simulations,
    ],
    ids=lambda function: function.__name__,
)
def test_public_calls_answer_as_they_did(calls: Callable[[], frozen_answers.Answers]) -> None:
    with np.load(frozen_answers.FILE, allow_pickle=False) as frozen:
        for name, values in calls().items():
            np.testing.assert_allclose(values, frozen[name], rtol=1e-6, atol=1e-9, err_msg=name)
