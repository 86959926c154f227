"""What a learner asks for in a cell, and the help that there is."""
