"""Showing verdicts and runs: words, pictures, the player, progress."""
