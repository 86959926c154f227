from checker.chapters.processes.shared import in_processes
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.processes import Counts, Pool
from checker.lab.scenes import processes as scenes

word_counts = Exercise(
    "word_counts",
    kind="write",
    hints=[
        "How do you cut a list into pieces of `size`? Which one is `lines[start:start + size]`?",
        "Each piece gives a dict of its own. What must happen to a word that stands in two?",
        "If a call for each piece has been started and awaited, how does `collections.Counter` "
        "add the dicts up?",
    ],
)


def _text(inputs, lines):
    words = inputs.words(6)
    return [" ".join(inputs.choices(words, k=3)) for _ in range(lines)]


def _counted(answer, inputs, lines, size, workers=2, scene=scenes.plain_dict):
    text = _text(inputs, lines)
    seconds = 5.374
    call = f"word_counts(pool, count, lines, {size}) with {lines} lines in a pool of {workers}"
    given = (answer, Pool(workers), Counts(seconds), text, size)
    run = observe(scene, *given, call=call)
    pieces = [text[start : start + size] for start in range(0, lines, size)]
    return run, text, pieces, [seconds * len(piece) for piece in pieces]


def _total(text):
    found = {}
    for word in " ".join(text).split():
        found[word] = found.get(word, 0) + 1
    return found


@word_counts.rule("It returns a dict with each word and how often it stands in all the lines.")
def words_counted(answer, inputs):
    for lines, size in ((6, 2), (7, 3)):
        run, text, _, _ = _counted(answer, inputs, lines, size, workers=3)
        seen = run.value
        run.check(isinstance(seen, dict), "a dict", f"it returned {seen!r}")
        run.check(dict(seen) == _total(text), f"{_total(text)}", f"it returned {dict(seen)}")


@word_counts.rule("The pool counts pieces of `size` lines; the last may be shorter, none is empty.")
def words_in_pieces(answer, inputs):
    for lines, size in ((8, 3), (6, 2)):
        run, _, pieces, _ = _counted(answer, inputs, lines, size)
        in_processes(run, "count")
        calls = run.calls_of("count")
        seen = sorted(calls.texts, reverse=True)
        wanted = [f"count({len(piece)} lines)" for piece in pieces]
        odd = next((call.line for call in calls if call.what not in wanted), None)
        found = f"there were {', '.join(seen)}"
        why = "A piece is empty" if "count(0 lines)" in seen else None
        run.check(seen == wanted, ", ".join(wanted), found, line=odd, why=why, in_turn=True)


@word_counts.rule("All processes of the pool have work until there is none left.")
def words_at_once(answer, inputs):
    run, _, pieces, seconds = _counted(answer, inputs, 9, 2, workers=3)
    run.kept_busy(3, "count", seconds)


@word_counts.rule("A ticker beside it is never late; without lines the dict is empty.")
def words_beside_ticker(answer, inputs):
    run, _, _, _ = _counted(answer, inputs, 5, 2, scene=scenes.beside_ticks)
    run.loop_was_free(run.part(1).value)
    run, _, _, _ = _counted(answer, inputs, 0, 2)
    seen = run.value
    run.check(isinstance(seen, dict) and not seen, "an empty dict", f"it returned {seen!r}")
