"""Both pages by the rules of axe: every tab, light and dark. Quick tests look at some of them."""

import pytest
from support.app_browser import Opened, address_of

from surrogate_app.app.electrolyte.tabs import TABS as ELECTROLYTE_TABS
from surrogate_app.app.liquid.tabs import TABS as LIQUID_TABS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("notebook", "tabs"),
    [("confined_electrolyte", ELECTROLYTE_TABS), ("lennard_jones_fit", LIQUID_TABS)],
)
def test_no_tab_breaks_a_rule(browser, site, notebook, tabs, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened = Opened(context, address_of(site, notebook))
    for tab in tabs.values():
        opened.tab(tab.title)
        opened.wait_until_settled()
        opened.assert_accessible()
    opened.page.get_by_role("link", name="Tour").click()
    opened.assert_accessible()
    context.close()
