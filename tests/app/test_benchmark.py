"""Time from a slider to the plot."""

from surrogate_app.app import benchmark


def test_the_page_is_not_timed_where_there_is_no_browser(monkeypatch):
    monkeypatch.setattr(benchmark, "chromium", lambda: None)
    assert benchmark.figures() == []
