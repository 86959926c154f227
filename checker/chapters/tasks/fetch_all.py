from checker import lab
from checker.exercise import Exercise
from checker.judge import observe

fetch_all = Exercise(
    "fetch_all",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "Which line makes the second page wait for the first?",
        "A page fails while others are under way. Who waits for those, or ends them?",
        "What if all tasks belong to a task group? When the block is over, they are all done.",
    ],
)


@fetch_all.rule("The results come back in the order of the names.")
def pages_in_order(answer, inputs):
    for count in (3, 6):  # three names may happen to be in the order of the alphabet
        fetch = lab.pages(inputs, count)
        run = observe(answer, fetch, list(fetch))
        run.returned(fetch.bodies)


@fetch_all.rule("The waits overlap: the total is the slowest page, not the sum.")
def pages_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        fetch = lab.pages(inputs, count, odd=odd)
        run = observe(answer, fetch, list(fetch))
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")
        run.left_nothing_behind()


@fetch_all.rule("If a page fails, its error comes out, and no page is left under way.")
def page_fails(answer, inputs):
    for seconds in (inputs.seconds(3), sorted(inputs.odd_seconds(4))):
        names = inputs.words(len(seconds))
        # The quickest fails, so the others are under way.
        quickest = names[seconds.index(min(seconds))]
        fetch = lab.Pages(
            dict(zip(names, seconds, strict=True)), {quickest: "LookupError: no page"}
        )
        run = observe(answer, fetch, names)
        run.raised("LookupError")
        run.left_nothing_behind(after_error=True)


@fetch_all.rule("Each page is fetched once. Without names, it returns an empty list.")
def pages_once(answer, inputs):
    fetch = lab.pages(inputs, 3)
    observe(answer, fetch, list(fetch)).called("fetch", *(f"fetch({name!r})" for name in fetch))
    observe(answer, fetch, []).returned([])
