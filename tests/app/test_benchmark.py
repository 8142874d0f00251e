"""Time to the first plot and from a slider to the plot, beside a bare page."""

import pytest

from surrogate_app.app import benchmark


def test_the_page_is_not_timed_where_there_is_no_browser(monkeypatch):
    monkeypatch.setattr(benchmark, "chromium", lambda: None)
    assert benchmark.figures() == []


def test_openings_are_compared_by_their_medians_with_and_without_a_waiting_kernel(monkeypatch):
    seconds = {"app": [9.0, 3.0, 2.0, 3.0, 3.0], "bare": [4.0, 4.0, 4.0, 1.0, 9.0]}
    megabytes = {"app": 7.5, "bare": 17.0}
    opened = []

    def opening(_browser, address):
        taken = seconds[address][len(opened) // 2 % benchmark.OPENINGS]
        opened.append(address)
        return taken, megabytes[address]

    monkeypatch.setattr(benchmark, "_opening", opening)
    monkeypatch.setattr(benchmark, "REFILL", 0.0)
    monkeypatch.setattr(benchmark, "QUIET", 0.0)
    first, transfer = benchmark._compare_openings(None, "app", "bare")
    cold = benchmark._compare_cold_openings(None, "app", "bare")
    assert opened == ["app", "bare"] * 2 * benchmark.OPENINGS
    assert first.ratio == cold.ratio == pytest.approx(3.0 / (1.15 * 4.0))
    assert transfer.ratio == pytest.approx(7.5 / 17.0)
    assert first.name != cold.name
