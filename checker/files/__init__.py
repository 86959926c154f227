"""What lies on the disk: notebooks, what the course shipped, and the learner's progress."""
