"""Writing down what a run does."""
