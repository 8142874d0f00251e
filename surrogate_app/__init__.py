"""Interactive surrogates of molecular simulations of electrolytes and simple liquids."""

__version__ = "0.1.0"
