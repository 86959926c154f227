"""Speed, as ratios in one run. Nothing here is asserted by a test: machines differ.

python -m checker.benchmarks.checks      how long a verdict takes
python -m checker.benchmarks.recording   what recording costs against a bare loop
python -m checker.benchmarks.schedules   how soon a race is found
python -m checker.benchmarks.drawing     how long the picture of a large run takes
python -m checker.benchmarks.grading     submissions a second, and what one costs as a class grows
python -m checker.benchmarks.watching    how soon a saved notebook is judged
python -m checker.benchmarks.others      the same assignment with otter-grader and with nbgrader
"""
