"""Drawings as geometry: numbers in, positions out; the templates turn them into SVG. Pure."""
