from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import PiledUp
from checker.lab.fakes.turns import Turns

pump = Exercise(
    "pump",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "Who could read while a piece is being saved? What stands between the two?",
        "What makes the reader wait when too much has been read? Which argument says how much that "
        "is?",
        "If `save` fails while the reader waits for room, who ends that wait?",
    ],
)


def _drawn(inputs, count, read_seconds, save_seconds, read_error="", save_error=""):
    """A reader of `count` pieces and a saver; with an error, the third call ends with it."""
    pieces = inputs.words(count)
    reads = [(read_seconds, piece) for piece in pieces] + [(read_seconds, None)]
    saves = [(save_seconds, None)] * count
    if read_error:
        reads[2] = (read_seconds, read_error)
    if save_error:
        saves[2] = (save_seconds, save_error)
    return pieces, Turns("read", reads), Turns("save", saves)


def _observe(answer, read, save, most, **options):
    return observe(answer, read, save, most, call=f"pump(read, save, {most})", **options)


@pump.rule("All pieces are saved, in order, one after the other.")
def all_saved(answer, inputs):
    for count, read_seconds, save_seconds in ((6, 2, 5), (5, 5, 2), (0, 2, 2)):
        pieces, read, save = _drawn(inputs, count, read_seconds, save_seconds)
        run = _observe(answer, read, save, 2)
        run.ended()
        run.calls_of("save").are([f"save({piece!r})" for piece in pieces])
        run.at_most(1, "save")
        run.at_most(1, "read")
        run.left_nothing_behind()


@pump.rule("While a piece is being saved, the next ones are read.")
def at_once(answer, inputs):
    slow, quick = max(inputs.odd_seconds(3)), 1
    _, read, save = _drawn(inputs, 5, quick, slow)
    _observe(answer, read, save, 3).took(quick + 5 * slow)
    _, read, save = _drawn(inputs, 5, slow, quick)
    _observe(answer, read, save, 3).took(6 * slow)  # the last read brings None


@pump.rule("Reading stops while `most` pieces wait to be saved; one more may have been read.")
def bounded(answer, inputs):
    for most in (3, 1):
        pieces, read, save = _drawn(inputs, 9, 1, 20.374)
        run = _observe(answer, read, save, most)
        run.ended()
        waiting, line = _most_waiting(run, len(pieces))
        if waiting > most + 1:
            why = f"{waiting} pieces have been read and wait; {most}, and one more, were allowed"
            raise PiledUp(run, "a little in memory", "there was more", line=line, why=why)


@pump.rule("As long as fewer than `most` pieces wait, it reads on.")
def ahead(answer, inputs):
    most = inputs.choice([3, 4])
    pieces, read, save = _drawn(inputs, 9, 1, 20.374)
    run = _observe(answer, read, save, most)
    run.ended()
    waiting, line = _most_waiting(run, len(pieces))
    why = f"It stops reading when {waiting} of them wait, and there is room for {most}"
    expected, seen = f"{most} pieces to wait at some moment", f"never more than {waiting} did"
    run.check(waiting >= most, expected, seen, line=line, why=why)


def _most_waiting(run, count):
    """How many pieces at most had been read and not begun to be saved, and the line of the read
    that made it so many.
    """
    reads = [(call.end, 1, call) for call in list(run.calls_of("read"))[:count]]
    saves = [(call.start, -1, call) for call in run.calls_of("save")]
    most, now, line = 0, 0, None
    # A piece that is handed on at the moment at which it comes has not waited.
    for _, change, call in sorted(reads + saves, key=lambda event: event[:2]):
        now += change
        if now > most:
            most, line = now, call.line
    return most, line


@pump.rule("An error of `read` or `save` comes out, and nothing goes on.")
def fails(answer, inputs):
    _, read, save = _drawn(inputs, 8, 2, 5, save_error="OSError: disk full")
    run = _observe(answer, read, save, 2)
    run.raised("OSError", "disk full")
    run.left_nothing_behind(after_error=True)
    _, read, save = _drawn(inputs, 8, 2, 5, read_error="OSError: no line")
    run = _observe(answer, read, save, 2)
    run.raised("OSError", "no line")
    run.left_nothing_behind(after_error=True)


@pump.rule("If it is cancelled, it ends as cancelled, and nothing goes on.")
def cancelled_itself(answer, inputs):
    _, read, save = _drawn(inputs, 4, 2, 5)
    runs = _observe(answer, read, save, 1, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
