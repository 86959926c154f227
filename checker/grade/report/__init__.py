"""What came of grading: for the instructor, for each learner, and for programs."""
