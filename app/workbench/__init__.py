"""The workbenches: from what a person typed to a report, charts and data, for every view."""
