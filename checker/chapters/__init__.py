"""One module a notebook, named like it without the number: its exercises, in reading order."""
