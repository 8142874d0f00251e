"""Sections of the reproduction report on confined electrolytes."""
