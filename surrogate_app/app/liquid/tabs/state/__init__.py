"""The tab State: the fitted fluids in the phase diagram."""

from surrogate_app.app.tabs import Tab

TAB = Tab("state", "State", order=20, view=f"{__name__}.view:StateView")
