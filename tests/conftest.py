"""Fixtures shared by all tests."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import chromium

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of the dashboard, served once for all tests that only look at it."""
    from support.app_browser import served

    with served(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the Chromium on this machine, or fail with the way to get one."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    return path


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator:
    """Yield a headless Chromium under Playwright's control, one per test module.

    Playwright keeps an event loop running meanwhile, so it doesn't outlive the module. Its
    wait_for_function compiles a text in the page, which the policy of the pages forbids; so that is
    put out of force, except where a test asks for it (tests/app/test_policy.py).
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        instance.new_context = functools.partial(instance.new_context, bypass_csp=True)
        instance.new_page = functools.partial(instance.new_page, bypass_csp=True)
        yield instance
        instance.close()
