"""Pretended services and work, on the run's clock."""
