"""Sections of the reproduction report on Lennard-Jones liquids."""
