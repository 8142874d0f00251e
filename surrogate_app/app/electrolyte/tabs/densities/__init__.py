"""The tab Densities: number densities of both ions with their uncertainty."""

from surrogate_app.app.tabs import Tab

TAB = Tab("densities", "Densities", order=10, view=f"{__name__}.view:DensityView")
