"""Radial distribution functions from the files that programs and people write."""
