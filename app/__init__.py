"""What people touch: the command line, the reports, and the Textual dashboard."""

__version__ = "0.1.0"
