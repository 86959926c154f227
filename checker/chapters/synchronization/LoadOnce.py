from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.turns import Turns
from checker.lab.scenes import synchronization as scenes

load_once = Exercise(
    "LoadOnce",
    kind="build",
    is_async=False,
    hints=[
        "Two tasks ask for the same key, one right after the other. What does the second one see "
        "when it looks, while the first one still loads?",
        "Who has waited for a lock: may it believe what it saw before?",
        "Two tasks ask for different keys. How many locks do you need, so that neither waits for "
        "the other? Where do you keep them?",
    ],
)


def _call(keys, load):
    return f"LoadOnce(load), get of {', '.join(map(repr, keys))} at the same time, where {load}"


@load_once.rule("Two objects have nothing to do with each other.")
def loaded_apart(answer, inputs):
    [key] = inputs.words(1)
    loads = [lab.Pages({key: 3}, values={key: text}) for text in ("one page", "another page")]
    call = f"get({key!r}) of two objects, which load from two places"
    run = observe(scenes.load_apart, answer, *loads, key, call=call)
    values = run.value
    shared = values[:1] == values[1:] == ["one page"]
    why = "All objects share what is kept: make it in `__init__`" if shared else None
    line = answer.line_with("return") if shared else None
    run.check(not shared, "one page, another page", "both got one page", why=why, line=line)
    run.returned(["one page", "another page"])


@load_once.rule("Each key is loaded once, however many ask for it, and whenever they do.")
def loaded_once(answer, inputs):
    load = lab.pages(inputs, 3)
    first, second, third = load
    keys = [first, second, first, third, first, second]
    call = _call(keys, load)
    run = observe(
        scenes.load_keys,
        answer,
        load,
        keys,
        20,
        call=call.replace("at the same time", "every 20 s"),
    )
    run.ended()
    loads = run.calls_of("fetch")
    again = loads[3].line if len(loads) > 3 else None
    why = "A value that has come is loaded again"
    run.check(len(loads) == 3, "3 loads", f"there were {len(loads)}", line=again, why=why)
    for gap in (0, 1.3):
        when = call if not gap else call.replace("at the same time", "every 1.3 s")
        runs = observe(scenes.load_keys, answer, load, keys, gap, call=when, schedules=12)
        runs.ended()
        runs.check(
            lambda run: len(run.calls) == 3,
            "each key to be loaded once",
            lambda run: f"there were {len(run.calls)} loads of 3 keys",
        )
        runs.returned([load.body(key) for key in keys])


@load_once.rule("Different keys do not wait for each other, and a value is there when it has come.")
def loaded_together(answer, inputs):
    load = lab.pages(inputs, 3, odd=True)
    keys = list(load)
    for asked in (keys, keys * 2):
        run = observe(scenes.load_keys, answer, load, asked, 0, call=_call(asked, load))
        run.returned([load.body(key) for key in asked])
        run.took(max(load.delays))
        run.left_nothing_behind()


@load_once.rule('None, 0 and "" are values like any other: they are kept, too.')
def empty_values(answer, inputs):
    for value in (None, 0, ""):
        [key] = inputs.words(1)
        load = lab.Pages({key: inputs.randint(2, 9)}, values={key: value})
        call = f"LoadOnce(load), get({key!r}) three times, where load returns {value!r}"
        run = observe(scenes.load_keys, answer, load, [key] * 3, 20, call=call)
        run.returned([value] * 3)
        loads = run.calls_of("fetch")
        again = loads[1].line if len(loads) > 1 else None
        seen = f"there were {len(loads)}"
        why = f"The value is there, {value!r}, and it loads again"
        run.check(len(loads) == 1, "one load", seen, line=again, why=why)


@load_once.rule("An error comes out and is not kept: the next `get` loads again.")
def not_kept(answer, inputs):
    fails = lab.pages(inputs, 1, errors={0: "LookupError: no page"})
    call = f"LoadOnce(load), get({next(iter(fails))!r}), where load fails"
    run = observe(scenes.load_keys, answer, fails, list(fails), 0, call=call)
    run.raised("LookupError", "no page")
    [key] = inputs.words(1)
    turns = [(2, "LookupError: no page"), (3, "a page"), (1, "another page")]
    load = Turns("fetch", turns)
    call = f"LoadOnce(load), get({key!r}) three times, one after the other; the first load fails"
    run = observe(scenes.load_again, answer, load, key, call=call)
    run.part("first").equals("no page", "the LookupError to come out", "there was {}")
    run.part("later").returned(["a page", "a page"])
