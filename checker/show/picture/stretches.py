"""Stretches of time, made few enough to be seen."""

import math
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import groupby


def merged(bars, shortest):
    """Bars in order of time; stretches too short to be seen become one with their neighbours."""
    kept, many = [], 0
    for bar in sorted(bars, key=lambda b: (b.start, b.end)):
        last = kept[-1] if kept else None
        near = last and bar.start - last.end <= shortest and bar.state == last.state
        if near and bar.end - bar.start < shortest and (many or last.end - last.start < shortest):
            many = many + 1 if many else 2
            same = last.label.rpartition(" × ")[2] == bar.label
            label = f"{many} × {bar.label}" if same else f"{many} times"
            kept[-1] = replace(last, end=bar.end, label=label)
        else:
            kept.append(bar)
            many = 0
    return kept


def blended(bars, shortest):
    """Where states alternate too fast to be seen, longer bars whose shares are as theirs."""
    longer, owed = [], Counter()  # seconds of each state that are not shown yet
    for _, group in groupby(bars, lambda b: (b.end - b.start < shortest, b.start // shortest)):
        group = list(group)
        if len(group) > 1:
            for bar in group:
                owed[bar.state] += bar.end - bar.start
            first, end = group[0], group[-1].end
            state = max(owed, key=owed.get)
            owed[state] -= end - first.start
            group = [replace(first, state=state, end=end, label=f"{len(group)} times")]
        longer += group
    return longer


def joined(pairs):
    """(start, end) of what the pairs cover together, in order of time."""
    covered = []
    for start, end in sorted(pairs):
        if covered and start <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(end, covered[-1][1]))
        else:
            covered.append((start, end))
    return covered


def levels(pairs):
    """(start, end, how many overlap there), in order of time; at most 100 steps."""
    change = defaultdict(int)
    for start, end in pairs:
        change[start] += 1
        change[end] -= 1
    times, steps, alive = sorted(change), [], 0
    for at, following in zip(times, times[1:], strict=False):
        alive += change[at]
        steps.append((at, following, alive))
    group = math.ceil(len(steps) / 100) or 1
    parts = [steps[i : i + group] for i in range(0, len(steps), group)]
    return [(part[0][0], part[-1][1], max(level[2] for level in part)) for part in parts]
