"""Speed, as ratios in one run. Nothing here is asserted by a test: machines differ.

python -m benchmarks.checks      how long a verdict takes
python -m benchmarks.recording   what recording costs against a bare loop
python -m benchmarks.schedules   how soon a race is found
python -m benchmarks.drawing     how long the picture of a large run takes
python -m benchmarks.grading     submissions a second, and what one costs as a class grows
python -m benchmarks.watching    how soon a saved notebook is judged
python -m benchmarks.others      the same assignment with otter-grader and with nbgrader
"""
