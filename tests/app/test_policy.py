"""What the server tells browsers to refuse, and that pages work under it."""

import os
import re
import signal
import time
import urllib.request
from html.parser import HTMLParser

import psutil
import pytest
from support.app_browser import Opened, address_of

from surrogate_app.app.policy import headers, nonce, policy

NOTEBOOKS = ("index", "confined_electrolyte", "lennard_jones_fit")

INJECTED = """() => {
  globalThis.hits = [];
  const place = document.createElement("div");
  place.innerHTML = '<img src="data:," onerror="hits.push(1)">';
  const inline = document.createElement("script");
  inline.textContent = "hits.push(2)";
  const elsewhere = document.createElement("img");
  elsewhere.src = "http://127.0.0.2:9/";
  elsewhere.onerror = () => hits.push("refused");
  document.body.append(place, inline, elsewhere);
}"""


class Head(HTMLParser):
    """Collects the policy of a page and its scripts that run."""

    def __init__(self, text):
        super().__init__()
        self.policy, self.scripts, self.handlers = None, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy":
            assert self.scripts == []  # a policy does not reach what stands before it
            self.policy = attributes["content"]
        if tag == "script" and "json" not in attributes.get("type", ""):
            self.scripts.append(attributes)
        self.handlers += [name for name in attributes if name.startswith("on")]


def opened(site, notebook):
    with urllib.request.urlopen(address_of(site, notebook), timeout=120) as answer:
        return answer.headers, answer.read().decode()


def test_each_page_has_a_nonce_of_its_own():
    words = {nonce() for _ in range(50)}
    assert len(words) == 50
    assert all(re.fullmatch(r"[\w-]{22}", word) for word in words)


def test_a_policy_allows_neither_foreign_hosts_nor_scripts_in_the_page():
    rules = dict(rule.split(" ", 1) for rule in policy("word").split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == ["'self'", "'nonce-word'", "blob:"]
    assert not re.search(r"unsafe-eval|https?:|\*|wss?:", policy("word"))


def test_frames_are_allowed_by_name_only():
    assert headers()["Content-Security-Policy"] == "frame-ancestors 'self'"
    named = headers(["https://a.example", "https://b.example"])
    assert named["Content-Security-Policy"].endswith("'self' https://a.example https://b.example")


@pytest.mark.browser
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_script_of_a_page_is_known_to_its_policy(site, notebook):
    sent, text = opened(site, notebook)
    assert {name: sent[name] for name in headers()} == headers()
    head = Head(text)
    word = re.search(r"'nonce-([\w-]+)'", head.policy)[1]
    assert head.policy == policy(word)
    assert head.handlers == []
    assert head.scripts
    for script in head.scripts:
        assert script.get("nonce") == word or script["src"].startswith("/voila/"), script
    assert word not in opened(site, "index")[1]


@pytest.mark.browser
@pytest.mark.parametrize("path", ["voila/static/voila.js", "voila/render/none.ipynb", "none"])
def test_no_answer_lets_browsers_guess_its_type(site, path):
    try:
        answer = urllib.request.urlopen(f"{site}{path}", timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.browser
@pytest.mark.parametrize(("size", "taken"), [(1000, True), (2**16 + 1, False)])
def test_large_requests_are_not_read(site, size, taken):
    request = urllib.request.Request(f"{site}none", data=bytes(size), method="POST")
    with pytest.raises(
        OSError, match="404|405|403" if taken else r"400|[Bb]roken pipe|reset|closed"
    ):
        urllib.request.urlopen(request, timeout=30)


def kernel_of(page):
    """Return the process of the kernel of a page."""
    found = re.search(r'"kernelId": "([\w-]+)"', page.locator("#jupyter-config-data").inner_html())
    for process in psutil.Process().children(recursive=True):
        line = " ".join(process.cmdline())
        if "ipykernel_launcher" in line and found[1] in line:
            return process
    raise AssertionError("the kernel does not run")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("notebook", NOTEBOOKS[1:])
def test_pages_work_under_the_policy_and_say_when_their_kernel_has_ended(site, browser, notebook):
    context = browser.new_context(bypass_csp=False)
    query = "theme=light&token=secret&other=1"
    opened = Opened(context, f"{address_of(site, notebook)}?{query}")
    page = opened.page
    shared = page.locator("a.sa-share").get_attribute("href")
    assert "theme=light" in shared
    assert "secret" not in shared
    assert "other" not in shared
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_load_state("networkidle")
    opened.assert_clean()

    page.evaluate(INJECTED)
    page.wait_for_timeout(1000)
    assert page.evaluate("hits") == ["refused"]

    page.keyboard.press("Tab")
    page.wait_for_timeout(8000)
    assert page.locator(".sa-lost").count() == 0  # it has answered
    os.kill(kernel_of(page).pid, signal.SIGKILL)
    page.wait_for_timeout(3000)
    since = time.monotonic()
    page.keyboard.press("Tab")
    message = page.get_by_role("alert").filter(has_text="has ended")
    message.wait_for()
    assert time.monotonic() - since < 20
    page.wait_for_timeout(500)
    address = page.url
    assert "token=secret" in address  # without which a hub may not let it in again
    page.get_by_role("button", name="Reload").click()
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
    assert page.url == address
    assert page.locator(".sa-lost").count() == 0
    context.close()
