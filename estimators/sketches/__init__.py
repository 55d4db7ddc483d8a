"""Sketches: their size from an error, their error from a size, and what they save."""
