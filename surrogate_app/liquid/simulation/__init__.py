"""Canonical simulation of a Lennard-Jones fluid by Monte Carlo or, in LAMMPS, dynamics."""
