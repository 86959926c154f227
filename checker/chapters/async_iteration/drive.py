from checker.chapters.async_iteration.shared import is_closed
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.streams import Machine
from checker.lab.scenes import async_iteration as scenes

drive = Exercise(
    "drive",
    kind="build",
    hints=[
        "What must be sent to a generator that has not run a single line yet?",
        "What comes out of `asend` when the machine has ended? Which events are left then?",
        "Which block closes the machine on every way out?",
    ],
)


def _machine(inputs):
    """A machine with three states; each event leads to one of them."""
    states = inputs.words(3)
    events = ["go", "wait", "back"]
    return Machine(states[0], dict(zip(events, inputs.sample(states, 3), strict=True)))


def _trace(machine, events):
    states = [machine.first]
    for event in events:
        if event == "exit":
            break
        states.append(machine.moves[event])
    return states


def _observe(answer, machine, events):
    call = f"drive(machine, {events}), where {machine}"
    return observe(scenes.with_stream, answer, machine, events, call=call)


def _sent_no_none(run):
    """The machine gets events only: after the first step, each `anext` would send it None."""
    line = run.calls_of("machine").line_of("machine.send(None)")
    why = "`anext`, and each step of an `async for`, sends None: the machine wants an event"
    run.check(line is None, "events to be sent", "None was", why=why, line=line, may_raise=True)


@drive.rule("It returns all states, the first one included, and leaves the machine closed.")
def all_states(answer, inputs):
    machine = _machine(inputs)
    for count in (5, 1, 0):
        events = [inputs.choice(["go", "wait", "back"]) for _ in range(count)]
        run = _observe(answer, machine, events)
        _sent_no_none(run)
        wanted = _trace(machine, events)
        lost = run.returned and wanted[1:] and run.value["result"] == wanted[1:]
        run.check(
            not lost,
            f"{len(wanted)} states",
            "the first one is not among them",
            why="The first step gives a state, too, and it is thrown away",
            line=run.calls_of("machine").line,
            in_turn=True,
        )
        run.part("result").returned(wanted)
        is_closed(run, "machine")
        run.left_nothing_behind()


@drive.rule("When the machine has ended, it returns the states until then.")
def ends(answer, inputs):
    machine = _machine(inputs)
    for events in (["go", "exit", "back", "go"], ["exit"], ["wait", "exit"]):
        run = _observe(answer, machine, events)
        run.part("result").returned(_trace(machine, events))
        sent = [text for text in run.calls_of("machine").texts if ".send(" in text]
        wanted = [f"machine.send({event!r})" for event in events[: events.index("exit") + 1]]
        run.check(sent == wanted, ", ".join(wanted), f"it was {', '.join(sent)}")


@drive.rule("An error of the machine comes out.")
def fails(answer, inputs):
    machine = _machine(inputs)
    run = _observe(answer, machine, ["go", "dance", "back"])
    run.raised("LookupError", "dance")
    run.left_nothing_behind(after_error=True)


@drive.rule("If it is cancelled, the machine is closed, and it ends as cancelled.")
def cancelled_itself(answer, inputs):
    machine = _machine(inputs)
    call = f"drive(machine, ['go', 'back']), where {machine}"
    runs = observe(
        scenes.with_stream, answer, machine, ["go", "back"], call=call, cancel="everywhere"
    )
    runs.cancelled()
    runs.closed("machine.open", "machine.close")
