"""Designs of the campaigns, the data sets that they yield, splits and reference profiles."""
