"""Interactive surrogates of molecular simulations of electrolytes and simple liquids."""

from importlib.metadata import version

__version__ = version("surrogate-app")
