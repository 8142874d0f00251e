"""Confined electrolyte: simulation, surrogates and what follows from the density profiles."""
