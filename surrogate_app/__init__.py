"""Interactive surrogates of molecular simulations of electrolytes and simple liquids."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("surrogate-app")
except PackageNotFoundError:  # run from its folder without installation, as on a hub
    __version__ = "0+unknown"
