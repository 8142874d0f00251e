"""Pretrained surrogates: density profiles of any electrolyte in the domain, with errors."""
