"""Lennard-Jones liquids: from the radial distribution function to the potential, and back."""
