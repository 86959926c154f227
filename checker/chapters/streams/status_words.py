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


def _surveyed(answer, pages, others, at_once, seconds):
    web = Web(pages)
    call = f"status_words(urls, {at_once}, {seconds}), where the urls are of {web!r}"
    return observe(scenes.surveyed, answer, web, others, at_once, seconds, call=call)


def _pages(inputs, count, most=9):
    words = inputs.words(count)
    times = inputs.seconds(count, most=most)
    pages = [Page(time + 0.374, inputs.choice([200, 404, 503])) for time in times]
    return dict(zip(words, pages, strict=True))


def _word(page):
    return "late" if page is MUTE else str(page.status)


@status_words.rule("It returns a word for each url, in their order.")
def words_in_order(answer, inputs):
    pages = _pages(inputs, 4)
    run = _surveyed(answer, pages, ["", "refused"], 3, 60)
    run.part(0).returned([*[_word(page) for page in pages.values()], "404", "refused"])


@status_words.rule("As many as may are under way at once, and never more than `at_once`.")
def words_at_once(answer, inputs):
    pages = _pages(inputs, 7)
    at_once = inputs.randint(2, 3)
    run = _surveyed(answer, pages, [], at_once, 60)
    run.at_most(at_once, "web")
    run.took(shortest([page.delay for page in pages.values()], at_once) + scenes.MOMENT)


@status_words.rule("A url without an answer is `late` after `seconds`; queueing does not count.")
def words_late(answer, inputs):
    pages = _pages(inputs, 3, most=5)
    seconds = inputs.randint(7, 9)
    (first, page), *others = pages.items()
    pages = dict([(first, page), ("mute", MUTE), *others])
    run = _surveyed(answer, pages, [], 1, seconds)
    run.part(0).returned([_word(page) for page in pages.values()])
    whole = sum(page.delay for page in pages.values()) + seconds
    run.time_is(run.seconds, round(whole, 3) + scenes.MOMENT, limit=True, in_turn=True)


@status_words.rule("Each connection is closed, also that of a late one.")
def words_closed(answer, inputs):
    run = _surveyed(answer, {**_pages(inputs, 2), "mute": MUTE}, [], 5, 12)
    run.left_nothing_behind()
    run.check(not run.part(1).value["open"], "no open connection", "the server still had one")
