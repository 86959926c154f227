from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop_classes as scenes

tracking_loop = Exercise(
    "TrackingLoop",
    kind="build",
    is_async=False,
    hints=[
        "`asyncio.create_task` asks the loop. Which method of the loop can you override, and what "
        "must it return?",
        "Who tells you that a task has ended? What must `wait_all` leave out of its wait?",
        "A task that ends may have started another one. When is `wait_all` really done: after one "
        "`asyncio.wait`, or when nobody is left?",
    ],
)


def _in_order_of_ends(names, seconds):
    return [name for _, name in sorted(zip(seconds, names, strict=True))]


def _waited_for_all(run, answer, expected, later=()):
    """When `wait_all` returned, exactly these jobs had ended, in this order; `later`: those
    that were started meanwhile.
    """
    happened = run.part("happened").value
    right = expected
    missing = [name for name in expected if name not in happened]
    why = None
    line = answer.line_with("wait(") or answer.line_with("gather(")
    if missing:
        seen = f"{missing[0]!r} had not ended"
        if line and happened and missing[0] in later:
            why = "Whoever was started meanwhile is not waited for"
    else:
        seen = f"they had ended in the order {', '.join(happened)}"
    line = (why and line) or answer.line_of("wait_all")
    expected = f"a return after {', '.join(expected)}"
    run.check(happened == right, expected, seen, line=line, why=why)


def _beside_three(answer, inputs, fails=False):
    """(a run beside three jobs, of which the first to end may fail; when the last one ends)."""
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    in_order = _in_order_of_ends(names, seconds)
    broken = in_order[0] if fails else None
    failing = f", of which {broken!r} fails" if fails else ""
    call = f"wait_all() beside three jobs{failing}"
    run = observe(scenes.waited_for, answer, seconds, names, [], broken, call=call)
    _waited_for_all(run, answer, in_order)
    return run, max(seconds)


@tracking_loop.rule("`wait_all` returns when all other tasks are over, and returns nothing.")
def tracks_all(answer, inputs):
    run, longest = _beside_three(answer, inputs)
    line = answer.line_of("wait_all")
    run.part("returned").equals(None, seen="it returned {!r}", line=line)
    why = "It returns later than the last job ends"
    if answer.line_with("sleep("):
        why += ", since it looks only now and then"
        line = answer.line_with("sleep(")
    run.time_is(run.part("seconds").value, longest, what="returned after", line=line, why=why)


@tracking_loop.rule("It also waits for tasks that are started while it waits.")
def tracks_more(answer, inputs):
    names = inputs.words(2)
    seconds = inputs.odd_seconds(2)
    later = {f"{names[0]}-2": 50.5, f"{names[0]}-3": 61.5}
    call = f"wait_all(), where {names[0]!r} starts another job when it ends, and that one a third"
    pairs = [list(pair) for pair in later.items()]
    run = observe(scenes.waited_for, answer, seconds, names, pairs, call=call)
    _waited_for_all(run, answer, [*_in_order_of_ends(names, seconds), *later], later)


@tracking_loop.rule("A task that fails does not end the wait, and its error does not come out.")
def tracks_failing(answer, inputs):
    _beside_three(answer, inputs, fails=True)


@tracking_loop.rule("`pending()` returns a list with the names of its tasks that have not ended.")
def tracks_names(answer, inputs):
    names = inputs.words(2)
    names.append(names[0])  # two tasks may have the same name
    seconds = inputs.odd_seconds(3)
    call = f"pending() again and again, beside {', '.join(names)}"
    run = observe(scenes.names_pending, answer, seconds, names, call=call)
    in_order = _in_order_of_ends(names, seconds)
    for ended, pending in enumerate(run.value):
        _gave_names(run, answer, pending, sorted(["main", *in_order[ended:]]))
    call = "pending() of a loop, while another loop has the task 'elsewhere'"
    run = observe(scenes.names_beside, answer, call=call)
    _gave_names(run, answer, run.value, ["main"])


def _gave_names(run, answer, pending, expected):
    line, why = answer.line_of("pending"), None
    names = isinstance(pending, list) and all(isinstance(name, str) for name in pending)
    if not names:
        line, why = answer.line_with("return list(") or line, "Wanted are the names of the tasks"
    elif any(name.startswith("Task-") for name in pending):
        line = answer.line_with(".create_task(") or answer.line_with("Task(") or line
        why = "A task has lost its name here: hand all options on"
    elif len(set(expected)) < len(expected) and sorted(set(pending)) == sorted(set(expected)):
        line, why = answer.line_with("get_name()] =") or line, "Two tasks may have the same name"
    run.check(pending == expected, repr(expected), f"it returned {pending!r}", line=line, why=why)


@tracking_loop.rule("A task that only the loop holds lives on; the loop lets it go when it ends.")
def tracks_alive(answer, inputs):
    [word] = inputs.words(1)
    run = observe(scenes.kept_alive, answer, word, call="a task that nobody but the loop holds")
    line = answer.line_with("all_tasks(") or answer.line_of("create_task")
    why = "Nobody holds the task: asyncio itself knows it only by a weak reference"
    run.part("alive").equals(True, "a task that lives on", "it was destroyed", why=why, line=line)
    run.part("result").returned(word)
    run = observe(scenes.let_go, answer, call="a task that has ended")
    line = answer.line_with(".add(") or answer.line_with(".append(") or answer.line_with("] = task")
    line = line or answer.line_of("create_task")
    why = "What is kept here is not let go when the task has ended"
    run.whole.equals(
        True, "a task that nobody holds", "the loop still holds it", why=why, line=line
    )
