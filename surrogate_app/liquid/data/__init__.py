"""Designs of the campaigns, the data sets that they yield, and example files of g(r)."""
