from checker.chapters.task_groups.shared import LONG, observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import Jobs

first_find = Exercise(
    "first_find",
    kind="build",
    hints=[
        "Who knows first that something has been found: the body, or the member that found it?",
        "Which event makes a group end its members, on every Python?",
        "Where does the find wait until the group has ended, and which clause keeps the group's "
        "exception from coming out, and no other one?",
    ],
)


@first_find.rule("The first find comes back; who is still searching is stopped, and cleans up.")
def found(answer, inputs):
    names = inputs.words(4)
    first, second = sorted(inputs.odd_seconds(2))
    clean_up = inputs.randint(2, 9)
    for find in (f"a {names[2]}", 0):  # 0 is a find, too
        job = Jobs(
            {names[0]: LONG, names[1]: first, names[2]: second, names[3]: second + LONG},
            {names[0]: clean_up},
            values={names[0]: None, names[1]: None, names[2]: find},
            work_noted=True,
        )
        run = observe_jobs(answer, job)
        missed = find == 0 and run.value != find
        why = "0 is a find, too: only None means that there was none"
        run.check(not missed, "0", f"it returned {run.value!r}", why=why)
        run.took(second + clean_up)
        run.returned(find)
        run.called("job", *(f"job({name!r})" for name in names), f"clean_up({names[0]!r})")
        run.left_nothing_behind()


@first_find.rule("If nobody finds anything, it is None, when the last search has ended.")
def not_found(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    job = Jobs(dict(zip(names, seconds, strict=True)), values=dict.fromkeys(names), work_noted=True)
    run = observe_jobs(answer, job)
    run.returned(None)
    run.took(max(seconds))
    run.left_nothing_behind()
    observe_jobs(answer, Jobs({})).returned(None)


@first_find.rule("If a search fails before that, the others are stopped, and its error comes out.")
def search_fails(answer, inputs):
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    seconds = dict.fromkeys(names, LONG) | {names[1]: moment}
    for kind in ("LookupError", "ValueError", "OSError"):
        job = Jobs(seconds, errors={names[1]: f"{kind}: no light"})
        run = observe_jobs(answer, job)
        run.raised(kind, "no light")
        run.left_nothing_behind(after_error=True)
        run.took(moment, after_error=True, ended_by=kind)


@first_find.rule("If it is cancelled itself, so are the searches, and it ends as cancelled.")
def search_cancelled(answer, inputs):
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    clean_up = dict(zip(names, inputs.odd_seconds(3), strict=True))
    run = observe_jobs(answer, Jobs(dict.fromkeys(names, LONG), clean_up), moment=moment)
    run.ended_as_cancelled()
    run.took(moment + max(clean_up.values()))
    run.left_nothing_behind()
