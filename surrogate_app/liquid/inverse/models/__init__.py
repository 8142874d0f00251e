"""The inverse models, one file each."""
