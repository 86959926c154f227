from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import queues as scenes

next_or = Exercise(
    "next_or",
    kind="write",
    hints=[
        "A queue knows no limit of its own. Which block of chapter 05 puts one on any wait?",
        "Which exception comes out of that block, and where does the `try` stand?",
        "When the limit is over, does anybody still wait for the queue? What becomes of the next "
        "item then?",
    ],
)


def _observe(answer, arrivals, asks, seconds, **options):
    shown = ", ".join(f"{item!r} comes after {at:g} s" for at, item in arrivals) or "nothing comes"
    call = f"next_or(queue, {seconds:g}, 'idle'), where {shown}"
    if asks > 1:
        call += f"; asked {asks} times, one after the other"
    return observe(scenes.asked, answer, arrivals, asks, seconds, "idle", call=call, **options)


@next_or.rule("An item that is there, or comes in time, is returned as soon as it is there.")
def in_time(answer, inputs):
    first, second = inputs.words(2)
    moment, longer = sorted(inputs.odd_seconds(2))
    run = _observe(answer, [(moment, first)], 1, longer)
    run.part("items").returned([first])
    run.took(moment)
    run = _observe(answer, [(0, first), (0, second)], 2, longer)
    run.part("items").returned([first, second])
    run.took(0)


@next_or.rule("An item may be anything, also None or 0.")
def anything(answer, inputs):
    [limit] = inputs.odd_seconds(1)
    run = _observe(answer, [(0, None), (0, 0), (0, "")], 3, limit)
    run.part("items").returned([None, 0, ""])


@next_or.rule("If none comes within `seconds`, it returns the default then.")
def too_late(answer, inputs):
    moment, limit = 400, inputs.odd_seconds(1)[0]
    run = _observe(answer, [], 1, limit)
    run.part("items").returned(["idle"])
    run.took(limit)
    run = _observe(answer, [(moment, "late")], 1, limit)
    run.part("items").returned(["idle"])


@next_or.rule("What comes later stays in the queue for whoever asks next.")
def nothing_lost(answer, inputs):
    early, late = inputs.words(2)
    [limit] = inputs.odd_seconds(1)
    run = _observe(answer, [(limit + 3, early), (limit + 4, late)], 1, limit)
    run.part("items").returned(["idle"])
    left = run.part("left").value
    why = "Somebody still waits for the queue when the limit is over, and takes the next item"
    seen = f"{early!r} was gone" if left != [] else "both were gone"
    line = next((task.made_line for task in run.run.own_tasks if task.made_line), None)
    expected = "both late items in the queue"
    run.check(left == [early, late], expected, seen, why=why, line=line)
    run.left_nothing_behind()


@next_or.rule("If it is cancelled, it ends as cancelled, and nothing goes on.")
def cancelled_itself(answer, inputs):
    [limit] = inputs.odd_seconds(1)
    call = f"next_or(queue, {limit:g}, 'idle'), where nothing comes"
    runs = observe(scenes.on_empty, answer, limit, "idle", call=call, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
