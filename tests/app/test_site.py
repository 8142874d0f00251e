"""The landing page and the way from it to the others, as `surrogate-app app` serves them."""

import asyncio
import contextlib
import gc
import gzip
import json
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from playwright.sync_api import expect
from support.app_browser import address_of, assert_dressed
from tornado.websocket import WebSocketClosedError

from surrogate_app.app.bundle import packed_plotly
from surrogate_app.app.site import PageSocket
from surrogate_app.app.widgets import TEMPLATE

pytestmark = pytest.mark.browser

TITLES = {
    "confined_electrolyte": "Ions in a charged slit",
    "lennard_jones_fit": "Lennard-Jones parameters from g(r)",
}


@pytest.fixture
def page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.outside, page.errors = [], []
    page.on("request", lambda request: page.outside.append(request.url))
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()


def kernels(part=""):
    """Return the kernels that run, those alone whose files are called by a name if one is given."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # ended since, or about to
            line = " ".join(process.cmdline())
            if "ipykernel_launcher" in line and part in line:
                found.add(process.pid)
    return found


def wait_for_kernels(page):
    """Wait until the kernels of earlier visits have started, and return those that run."""
    found, since = kernels(), time.monotonic()
    while time.monotonic() - since < 1.5:
        page.wait_for_timeout(100)
        if (now := kernels()) != found:
            found, since = now, time.monotonic()
    return found


def status(address):
    try:
        return urllib.request.urlopen(address, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_landing_page_leads_to_every_page_and_back_which_ends_its_kernel(site, page):
    page.goto(site)
    assert page.url == address_of(site, "index")
    assert page.title() == "Surrogates of molecular simulations"
    for name, title in TITLES.items():
        page.get_by_role("heading", name=title).get_by_role("link").click()
        page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
        assert page.url.partition("?")[0] == address_of(site, name)
        assert page.get_by_role("heading", level=1).inner_text() == title
        card = page.get_by_role("dialog", name="New here?")
        expect(card.get_by_role("button", name="Take the tour")).to_be_visible(timeout=60_000)
        card.get_by_role("button", name="No, thanks").click()
        expect(card).to_be_hidden()
        page.evaluate("localStorage.clear()")
        settings = page.locator("#jupyter-config-data").text_content()
        kernel = json.loads(settings)["kernelId"]
        assert kernels(kernel)
        page.get_by_role("link", name="All pages").click()
        page.wait_for_url(address_of(site, "index"))
        deadline = time.monotonic() + 90
        while kernels(kernel) and time.monotonic() < deadline:
            page.wait_for_timeout(200)
        assert not kernels(kernel)
    assert [url for url in page.outside if not url.startswith((site, "data:", "blob:"))] == []
    assert page.errors == []


def test_a_page_loads_plotly_while_its_kernel_starts(site, page):
    frames = []

    def sent(frame):
        frames.append(bytes(frame))

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    page.goto(address_of(site, "confined_electrolyte"))
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")
    assert [url for url in page.outside if "/voila/static/plotly.js?v=" in url] != []
    assert any(b"send-state" in frame for frame in frames)
    assert not any(b"send-source" in frame for frame in frames)


def test_a_page_whose_server_gives_no_plotly_asks_its_kernel(site, page):
    page.route("**/voila/static/plotly.js?*", lambda route: route.abort())
    page.goto(address_of(site, "confined_electrolyte"))
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_plotly_is_kept_by_browsers_and_packed_for_those_that_unpack(site, coding):
    request = urllib.request.Request(
        f"{site}voila/static/plotly.js?v=1", headers={"Accept-Encoding": coding}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        content = answer.read()
        assert answer.headers["Content-Type"] == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        packed = answer.headers["Content-Encoding"] == "gzip"
    assert packed == (coding == "gzip")
    assert (gzip.decompress(content) if packed else content) == gzip.decompress(packed_plotly())


def test_the_landing_page_starts_no_kernel(site, page):
    before = wait_for_kernels(page)
    page.goto(address_of(site, "index"))
    assert page.locator("#jupyter-config-data").count() == 0
    page.wait_for_timeout(500)
    assert kernels() <= before


def test_messages_of_a_connection_that_was_given_up_are_dropped():
    """Jupyter and Voila would read them by the rules of another protocol, without end."""
    socket = object.__new__(PageSocket)
    socket.ws_connection = None
    late = serialize_msg_to_ws_v1([b"{}", b"{}", b"{}", b"{}", b"12345678"], "iopub")
    assert socket.write_message(late, binary=True) is None
    assert socket.on_message(late) is None


@pytest.mark.parametrize("closed", [False, True])
def test_a_page_that_closes_while_it_is_written_to_is_nobodys_fault(closed):
    class Connection:
        """Breaks while a message is under way, or is broken before."""

        def is_closing(self):
            return closed

        def write_message(self, *_message, **_options):
            return asyncio.ensure_future(self.breaks())

        async def breaks(self):
            raise WebSocketClosedError

    complaints = []

    async def write():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: complaints.append(context))
        socket = object.__new__(PageSocket)
        socket.ws_connection = Connection()
        socket.write_message("late")
        await asyncio.sleep(0.01)
        gc.collect()

    # Playwright has an event loop of its own in this thread
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, write()).result()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_landing_page_fits_any_screen(site, browser, scheme):
    context = browser.new_context(color_scheme=scheme, java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    for picture in page.get_by_role("img").all():
        assert picture.evaluate("(e) => e.naturalWidth") > 0
        assert picture.get_attribute("alt")
    assert page.get_by_role("img").count() == len(TITLES)
    for width in (1280, 800, 400):
        page.set_viewport_size({"width": width, "height": 900})
        for box in (link.bounding_box() for link in page.get_by_role("link").all()):
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    context.close()


@pytest.mark.parametrize(("theme", "screen"), [("light", "dark"), ("dark", "light")])
def test_a_theme_in_the_address_goes_before_that_of_the_screen(site, browser, theme, screen):
    context = browser.new_context(color_scheme=screen)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address_of(site, 'index')}?theme={theme}")
    assert_dressed(page, theme)
    if theme == "light":  # of the dark one, a link to a liquid tells
        page.get_by_role("link", name=TITLES["confined_electrolyte"]).click()
        page.wait_for_selector(".js-plotly-plot .xtitle")
        assert_dressed(page, theme)
        page.get_by_role("link", name="All pages").click()
        page.wait_for_url(f"**/index.ipynb?theme={theme}")
        assert_dressed(page, theme)
    context.close()


def test_a_dark_screen_and_a_dark_theme_have_the_same_colours():
    text = (TEMPLATE / "style.css").read_text(encoding="utf-8")
    of_the_screen, asked_for = (
        dict(re.findall(r"(--sa-[\w-]+): ([^;]+);", text[text.index(start) :].partition("}")[0]))
        for start in ("body:not(.sa-light) {", "body.sa-dark {")
    )
    assert of_the_screen == asked_for
    assert len(asked_for) > 10


@pytest.mark.parametrize(
    "path",
    [
        *("voila/tree", "voila/tree/", "voila/api/contents", "voila/api/contents/index.ipynb"),
        *("voila/files/index.ipynb", "voila/files/../pyproject.toml", "api/contents"),
        *("voila/render/none.ipynb", "voila/render/", "voila/render/../README.md"),
    ],
)
def test_nothing_but_the_pages_is_served(site, path):
    assert status(f"{site}{path}") in (403, 404, 500)
