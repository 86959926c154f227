from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.inputs import shortest
from checker.lab.network.web import Page, Web
from checker.lab.scenes import streams as scenes

MUTE = Page(plan=("hang",))

status_words = Exercise(
    "status_words",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "Which part of the loop belongs to one url alone, and could be a coroutine?",
        "What lets only `at_once` of them in, and the next as soon as one has ended?",
        "When does the limit of a url begin: when it stands in line, or when it is its turn? Which "
        "of the two stands outside then?",
    ],
)


LONG = 60  # seconds: no page of these rules needs as long, but MUTE


def _drawn_pages(inputs, count, most=9):
    """`count` pages with names, statuses, and different delays of up to `most` seconds."""
    names = inputs.words(count)
    delays = inputs.seconds(count, most=most)
    pages = [Page(delay + 0.374, inputs.choice([200, 404, 503])) for delay in delays]
    return dict(zip(names, pages, strict=True))


def _observe_survey(answer, pages, at_once, seconds, others=()):
    """Ask for a word for each page.

    Args:
        others: urls that come last, as `checker.lab.scenes.streams.surveyed` says.
    """
    web = Web(pages)
    call = f"status_words(urls, {at_once}, {seconds}), where the urls are of {web!r}"
    return observe(scenes.surveyed, answer, web, list(others), at_once, seconds, call=call)


def _word(page):
    return "late" if page is MUTE else str(page.status)


@status_words.rule("It returns a word for each url, in their order.")
def words_in_order(answer, inputs):
    pages = _drawn_pages(inputs, 4)
    run = _observe_survey(answer, pages, 3, LONG, others=["", "refused"])
    words = run.part("words")
    fault = words.value[-2:-1] == ["400"] if isinstance(words.value, list) else False
    run.check(
        not fault,
        "a request with a path",
        "the server could not read the request",
        line=answer.line_with("GET ") or answer.line_with(".write("),
        why="A url without a path asks for `/`",
    )
    words.returned([*map(_word, pages.values()), "404", "refused"])


@status_words.rule("As long as there are urls, `at_once` checks run at a time, and never more.")
def words_at_once(answer, inputs):
    pages = _drawn_pages(inputs, 7)
    at_once = inputs.randint(2, 3)
    run = _observe_survey(answer, pages, at_once, LONG)
    run.at_most(at_once, "web")
    run.took(shortest([page.delay for page in pages.values()], at_once) + scenes.MOMENT)


@status_words.rule("A url without an answer is `late` after `seconds`; queueing does not count.")
def words_late(answer, inputs):
    pages = _drawn_pages(inputs, 3, most=5)
    seconds = inputs.randint(7, 9)
    (first, first_page), *others = pages.items()
    pages = dict([(first, first_page), ("mute", MUTE), *others])
    run = _observe_survey(answer, pages, 1, seconds)
    _late_words(run, answer, [_word(page) for page in pages.values()])
    in_all = sum(page.delay for page in pages.values()) + seconds
    run.time_is(run.seconds, round(in_all, 3) + scenes.MOMENT, limit=True, in_turn=True)


def _late_words(run, answer, words):
    """The words are these, one of which is "late"."""
    seen = run.part("words").value
    why = line = None
    if isinstance(seen, list) and len(seen) == len(words):
        if seen[words.index("late")] == "refused":
            why = "A TimeoutError is an OSError, and so a late check is told to be refused"
            line = answer.line_with("OSError")
        elif "late" in [got for got, word in zip(seen, words, strict=True) if word != "late"]:
            why = "This limit runs while a check still stands in line"
            line = answer.line_with("timeout(") or answer.line_with("wait_for(")
    if line:
        run.check(False, f"{words}", f"it returned {seen}", line=line, why=why)
    run.part("words").returned(words)


@status_words.rule("Each connection is closed, also that of a late one.")
def words_closed(answer, inputs):
    pages = {**_drawn_pages(inputs, 2), "mute": MUTE}
    run = _observe_survey(answer, pages, 5, 12)
    run.left_nothing_behind()
    still_open = run.part("server").value["open"]
    run.check(not still_open, "no open connection", "the server still had one")
