"""Estimates as text, Markdown, CSV and JSON. They format, and compute nothing."""
