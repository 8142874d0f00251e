"""Controls and messages that the pages share."""

import pytest

from surrogate_app.app.widgets import Choice, Messages, NumberControl, Upload


def test_guard_turns_failures_into_escaped_words():
    messages = Messages()

    def fail(error):
        raise error

    messages.guard(fail)(ValueError("take <b>care</b>"))
    assert "Take &lt;b&gt;care&lt;/b&gt;." in messages._error.value
    messages.guard(fail)(RuntimeError("disk"))
    assert "RuntimeError: disk" in messages._error.value
    messages.guard(lambda: None)()
    assert messages._error.value == ""


def test_showing_a_value_reports_no_change():
    seen = []
    control = NumberControl("x", "nm", (0.0, 1.0), 0.1, 4, seen.append)
    control.show(0.5, "")
    control.show(3.0, "too large")
    assert seen == []
    assert control.slider.value == 0.5


def test_the_knob_stands_at_the_end_that_is_nearest_to_a_value_beyond():
    seen = []
    control = NumberControl("x", "nm", (0.0, 1.0), 0.1, 4, seen.append)
    for value, place in ((3.0, 1.0), (-2.0, 0.0), (0.5, 0.5)):
        control.show(value, "")
        assert control.slider.value == place
    control.show(3.0, "")
    control.slider.value = 0.99  # what a browser reports of its own accord
    assert seen == []
    control.slider.value = 0.9
    assert seen == [0.9]


@pytest.mark.parametrize("content", [None, "x", {}, {"kind": "files", "names": ["a", "b"]}])
def test_a_message_that_no_browser_of_ours_sends_does_nothing(content):
    seen = []
    upload = Upload("files", 100, seen.append, seen.append)
    upload._received(upload, content, [b""])
    assert seen == []


def test_showing_a_choice_reports_no_change():
    seen = []
    choice = Choice("x", [("a", 0)], seen.append)
    choice.show(1, [("a", 0), ("b", 1)])
    assert choice.value == 1
    choice.show(7)
    assert seen == []
    assert choice.value == 1
    choice.value = 0
    assert seen == [0]
