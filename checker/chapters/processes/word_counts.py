from collections import Counter

from checker.chapters.processes.shared import in_chunks, in_processes
from checker.engine.values import short_repr
from checker.exercise import Exercise
from checker.judge import counted, observe
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


SECONDS = 5.374  # that it takes to count a line


def _drawn_text(inputs, lines):
    """So many lines of words, some of which stand in several of them."""
    words = inputs.words(6)
    return [" ".join(inputs.choices(words, k=3)) for _ in range(lines)]


def _pieces(text, size):
    """The sizes of the pieces into which the text is to be cut, in lines."""
    return [len(text[start : start + size]) for start in range(0, len(text), size)]


def _observe_counts(answer, text, size, workers=2, scene=scenes.plain_dict):
    call = f"word_counts(pool, count, lines, {size}), with {len(text)} lines and a pool of "
    call += f"{workers} processes"
    return observe(scene, answer, Pool(workers), Counts(SECONDS), text, size, call=call)


@word_counts.rule("It returns a dict with each word and how often it stands in all the lines.")
def words_counted(answer, inputs):
    for lines, size in ((6, 2), (7, 3)):
        text = _drawn_text(inputs, lines)
        run = _observe_counts(answer, text, size, workers=3)
        counts = run.value
        run.check(isinstance(counts, dict), "a dict", f"it returned {short_repr(counts, 80)}")
        wanted = dict(Counter(" ".join(text).split()))
        run.check(counts == wanted, f"{wanted}", f"it returned {counts}")


@word_counts.rule("The pool counts pieces of `size` lines; the last may be shorter, none is empty.")
def words_in_pieces(answer, inputs):
    for lines, size in ((8, 3), (6, 2)):
        text = _drawn_text(inputs, lines)
        run = _observe_counts(answer, text, size)
        in_processes(run, "count")
        calls = run.calls_of("count")
        wanted = [f"count({counted(piece, 'line')})" for piece in _pieces(text, size)]
        texts = sorted(calls.texts, reverse=True)
        run.check(
            texts == wanted,
            ", ".join(wanted),
            f"there were {', '.join(texts) or 'none'}",
            line=next((call.line for call in calls if call.what not in wanted), None),
            why="A piece is empty" if "count(0 lines)" in texts else None,
            in_turn=True,
        )


@word_counts.rule("All processes of the pool have work until there is none left.")
def words_at_once(answer, inputs):
    text = _drawn_text(inputs, 9)
    run = _observe_counts(answer, text, 2, workers=3)
    in_chunks(run, answer, "count", 3)
    run.kept_busy(3, "count", [SECONDS * piece for piece in _pieces(text, 2)])


@word_counts.rule("A ticker beside it is never late; without lines the dict is empty.")
def words_beside_ticker(answer, inputs):
    run = _observe_counts(answer, _drawn_text(inputs, 5), 2, scene=scenes.beside_ticks)
    run.loop_was_free(run.part("ticks").value)
    run = _observe_counts(answer, [], 2)
    run.whole.equals({}, "an empty dict", "it returned {!r}")
