"""Fits and simulated fluids as texts, and potentials in the languages of simulation programs."""
