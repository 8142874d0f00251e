"""Canonical Monte Carlo simulation of the confined primitive model."""
