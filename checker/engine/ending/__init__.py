"""Ending a run, and what it leaves behind."""
