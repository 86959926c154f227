"""The clock of a run, and what counts as work."""
