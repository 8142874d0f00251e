"""Profiles and analyses as CSV and JSON texts."""
