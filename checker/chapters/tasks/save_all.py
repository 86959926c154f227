from checker import lab
from checker.exercise import Exercise
from checker.judge import observe

save_all = Exercise(
    "save_all",
    kind="repair",
    shipped="left_running",
    hints=[
        "What has happened to the tasks at the moment of `return`?",
        "Who keeps the tasks, so that somebody can wait for them?",
        "What if you keep them in a list, and await each one before you return?",
    ],
)


def _observe_save_all(answer, inputs, count=4, odd=False):
    items = inputs.words(count)
    seconds = inputs.odd_seconds(count) if odd else inputs.seconds(count)
    return observe(answer, lab.Saves(items, seconds), items), items, seconds


@save_all.rule("Every item is saved when it returns.")
def all_saved(answer, inputs):
    run, items, _ = _observe_save_all(answer, inputs)
    run.called("save", *(f"save({item!r})" for item in items))


@save_all.rule("The saves overlap: it takes as long as the longest.")
def saves_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        run, _, seconds = _observe_save_all(answer, inputs, count, odd)
        run.took(max(seconds))
        run.at_least(count, "save")
        run.left_nothing_behind()


@save_all.rule("It returns how many items there are, also if there are none.")
def saves_counted(answer, inputs):
    for count in (inputs.randint(2, 6), 0):
        run, items, _ = _observe_save_all(answer, inputs, count)
        run.returned(len(items))
