"""Formats of files with g(r): one module a format, found by `liquid.rdf.format.FORMATS`."""
