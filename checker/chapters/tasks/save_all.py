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


@save_all.rule("Every item is saved when it returns.")
def all_saved(answer, inputs):
    items = inputs.words(4)
    run = observe(answer, lab.Saves(items, inputs.seconds(4)), items)
    run.called("save", *(f"save({item!r})" for item in items))


@save_all.rule("The saves overlap: it takes as long as the longest.")
def saves_overlap(answer, inputs):
    for seconds in (inputs.seconds(4), inputs.odd_seconds(7)):
        items = inputs.words(len(seconds))
        run = observe(answer, lab.Saves(items, seconds), items)
        run.took(max(seconds))
        run.at_least(len(items), "save")
        run.left_nothing_behind()


@save_all.rule("It returns how many items there are, also if there are none.")
def saves_counted(answer, inputs):
    for count in (inputs.randint(2, 6), 0):
        items = inputs.words(count)
        run = observe(answer, lab.Saves(items, inputs.seconds(count)), items)
        run.returned(count)
