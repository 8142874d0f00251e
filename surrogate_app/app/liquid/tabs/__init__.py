"""The tabs of the page, one a folder that defines its `TAB`: its state and its view together."""

from surrogate_app.app.tabs import Tab
from surrogate_app.common.registry import Registry

TABS: Registry[Tab] = Registry(__name__, Tab, order=lambda tab: tab.order)
"""All tabs by name, in their order on the page."""
