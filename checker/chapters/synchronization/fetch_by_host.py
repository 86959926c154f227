from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.inputs import shortest
from checker.lab.scenes import synchronization as scenes

fetch_by_host = Exercise(
    "fetch_by_host",
    kind="write",
    hints=[
        "What lets `most` in and makes the others wait? How many of these do you need here?",
        "Where is it made: once for all, once for each host, or once for each page?",
        "How does a task find the one of its host? Where do you keep them while you make the "
        "tasks?",
    ],
)


def _drawn(inputs, hosts, pages, mixed=True):
    """So many pages of each host, mixed or host by host.

    The first one of each host takes longer than all its others together: whoever waits for a group
    of them to end is late.
    """
    names = [f"{host}/{n}" for host in inputs.words(hosts) for n in range(1, pages + 1)]
    if mixed:
        inputs.shuffle(names)
    seconds, seen = {}, set()
    for name in names:
        host = scenes.host_of(name)
        seconds[name] = inputs.randint(1, 2) if host in seen else inputs.randint(2 * pages, 13)
        seen.add(host)
    return scenes.Hosts(seconds)


def _observe(answer, fetch, most, **options):
    names = list(fetch)
    call = f"fetch_by_host(fetch, {names}, {most}), where {fetch}"
    return observe(answer, fetch, names, most, call=call, **options)


@fetch_by_host.rule("The pages come back in the order of the names.")
def host_pages(answer, inputs):
    fetch = _drawn(inputs, 3, 3)
    run = _observe(answer, fetch, 2)
    run.returned(fetch.bodies)
    _observe(answer, scenes.Hosts({}), 2).returned([])


@fetch_by_host.rule("No host ever gets more than `most` requests at once.")
def host_limit(answer, inputs):
    # One host after the other: a limit that is common to both is seen at once.
    fetch = _drawn(inputs, 2, 5, mixed=False)
    for most in (1, 3):
        runs = _observe(answer, fetch, most, schedules=6)
        for host in fetch.hosts:
            runs.at_most(most, host)


@fetch_by_host.rule("A place that gets free is taken at once; hosts do not wait for each other.")
def host_busy(answer, inputs):
    fetch = _drawn(inputs, 3, 4)
    for most in (2, 3):
        run = _observe(answer, fetch, most)
        _hosts_together(run, fetch)
        seconds = {}
        for name, took in zip(fetch, fetch.delays, strict=True):
            seconds.setdefault(scenes.host_of(name), []).append(took)
        run.took(max(shortest(each, most) for each in seconds.values()))
        run.left_nothing_behind()


def _hosts_together(run, fetch):
    """No host waits until the pages of another one have all come: its first task is made before."""
    run.ended()
    for host in fetch.hosts:
        for first in run.calls_of(host)[:1]:
            task = run.run.tasks[first.task or 0]
            late = 0 < first.start == task.made_at
            run.check(not late, "all hosts to begin at 0 s", f"{host} began at {first.start:g} s")


@fetch_by_host.rule("If a page fails, its error comes out, and nothing goes on.")
def host_error(answer, inputs):
    names = [f"{host}/{n}" for host in inputs.words(2) for n in (1, 2, 3)]
    fetch = scenes.Hosts(dict.fromkeys(names, 5), {names[1]: "LookupError: no page"})
    run = _observe(answer, fetch, 2)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)
