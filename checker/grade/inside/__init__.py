"""What runs on the other side: the warm process, and the children that hold submissions.

Nothing here imports more of the course than its engine and its lab, so that nothing else is in a
child's memory: no rule, no expectation, no hint, no solution.
"""
