"""The models of density profiles, one file each."""
