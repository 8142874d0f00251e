"""The tab Charge: net charge density, integrated charge and screening length."""

from surrogate_app.app.tabs import Tab

TAB = Tab("charge", "Charge", order=20, view=f"{__name__}.view:ChargeView")
