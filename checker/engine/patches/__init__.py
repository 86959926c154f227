"""What is patched in the standard library, so that it knows of runs."""
