"""Scenes of `13_synchronization`: who comes when, to something that several tasks share.

A scene closes over nothing. What it returns is plain data. Times are seconds on the run's clock.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from types import FrameType

from checker.engine import Service
from checker.engine.values import Plain
from checker.lab.fakes.groups import inside
from checker.lab.fakes.pages import Pages


def _now():
    # Rounded, because it is compared with a sum.
    return round(asyncio.get_running_loop().time(), 6)


async def _in_tasks(named, gap=0):
    """Run coroutines, each in a task of its own; what they return, in order.

    No group: an error is to come out as it is, and at once.

    Args:
        named: (the name of the task, the coroutine) of each.
        gap: seconds between two beginnings.
    """
    tasks = []
    for name, coro in named:
        if gap and tasks:
            await asyncio.sleep(gap)
        tasks.append(asyncio.create_task(coro, name=name))
    return list(await asyncio.gather(*tasks))


# ------------------------------------------------------------------ LoadOnce


async def load_keys(load_once, load, keys, gap):
    """Ask for each of `keys`, in a task of its own; the next begins `gap` seconds later.

    Returns:
        what each `get` returned, in the order of `keys`.
    """
    pages = load_once(load)
    return await _in_tasks([(f"get {n}", pages.get(key)) for n, key in enumerate(keys, 1)], gap)


async def load_again(load_once, load, key):
    """Ask for a key of which the first load fails, then for the same key twice more.

    Returns:
        "first": what came out of the first `get`: the text of an error, or "no error".
        "later": what the two others returned.
    """
    pages = load_once(load)
    first = "no error"
    try:
        await pages.get(key)
    except Exception as error:
        first = str(inside(error))
    return {"first": first, "later": [await pages.get(key), await pages.get(key)]}


async def load_apart(load_once, load, other, key):
    """Ask two objects for the same key. Returns what they returned."""
    return [await load_once(load).get(key), await load_once(other).get(key)]


# ------------------------------------------------------------------ move_money


class Account(Service):
    """What a bank knows of a customer.

    Args:
        number: no two are alike.
        balance: what is there.
        seconds: how long it takes to book something.

    Attributes:
        lock: whoever reads and then changes the balance holds it meanwhile.
    """

    name = "bank"

    def __init__(self, number: int, balance: int, seconds: float = 1):
        self.number = number
        self.balance = balance
        self.lock = asyncio.Lock()
        self._seconds = seconds

    async def book(self, change: int) -> None:
        """Read the balance, take some time, and write what it is then."""
        with self.call(f"account_{self.number}.book({change:+})"):
            balance = self.balance
            await asyncio.sleep(self._seconds)
            self.balance = balance + change

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return f"account_{self.number}.book({frame.f_locals['change']:+})"

    def __repr__(self) -> str:
        return f"account {self.number}"


async def move_all(move_money, balances, moves, begins=()):
    """Make accounts with these balances, and move money between them, each time in a task.

    Args:
        balances: number of an account → what is there.
        moves: (number of the source, that of the target, amount) of each.
        begins: seconds after which each begins; all begin at once if it is empty.

    Returns:
        "balances": the balances at the end, by number.
        "ends": how each move ended: "moved", or the name of its error.
    """
    accounts = {number: Account(number, balance) for number, balance in balances.items()}

    async def move(source, target, amount, seconds):
        if seconds:
            await asyncio.sleep(seconds)
        try:
            await move_money(accounts[source], accounts[target], amount)
        except ValueError:
            return "ValueError"
        return "moved"

    plan = zip(moves, begins or [0] * len(moves), strict=True)
    named = [(f"move {n}", move(*one, seconds)) for n, (one, seconds) in enumerate(plan, 1)]
    ends = await _in_tasks(named)
    balances = {number: account.balance for number, account in accounts.items()}
    return {"balances": balances, "ends": ends}


async def move_audited(move_money, balances, amount, looks):
    """Move money from the first of two accounts to the other, and back; look at both meanwhile.

    Args:
        looks: the seconds at which an auditor asks for both locks, in the order of the numbers.

    Returns:
        the sums that the auditor saw.
    """
    source, target = (Account(number, balance) for number, balance in balances.items())
    ordered = sorted((source, target), key=lambda account: account.number)

    async def audit(seconds):
        await asyncio.sleep(seconds)
        async with ordered[0].lock, ordered[1].lock:
            return source.balance + target.balance

    moves = [
        ("move 1", move_money(source, target, amount)),
        ("move 2", move_money(target, source, 2 * amount)),
    ]
    done = await _in_tasks([*moves, *(("auditor", audit(seconds)) for seconds in looks)])
    return done[len(moves) :]


# ------------------------------------------------------------------ fetch_by_host


def host_of(name: str) -> str:
    """The host of a page: "wiki" for "wiki/3"."""
    return name.partition("/")[0]


class _HostPages(Pages):
    """The pages of one host: a service that is called by its name."""

    def __init__(self, host, delays, errors):
        super().__init__(delays, errors)
        self.name = host

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return f"fetch({frame.f_locals['name']!r})"


class Hosts(Service):
    """`await fetch("wiki/3")`: pages of several hosts, each of which notes its own calls.

    Args:
        delays: name of each page → seconds that it takes; "wiki/3" is a page of "wiki".
        errors: name of a page → the error that it ends with.
    """

    name = "fetch"

    def __init__(self, delays: Mapping[str, float], errors: Mapping[str, str] | None = None):
        self._all = Pages(delays, errors)
        self.hosts = sorted(set(map(host_of, delays)))
        self._pages = {
            host: _HostPages(host, {n: s for n, s in delays.items() if host_of(n) == host}, errors)
            for host in self.hosts
        }

    def __call__(self, name: str) -> Coroutine[None, None, Plain]:
        return self._pages[host_of(name)](name)

    def at_least(self) -> dict[str, float]:
        return self._all.at_least()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    @property
    def bodies(self) -> list[Plain]:
        """What the pages say, in the order of their names."""
        return self._all.bodies

    @property
    def delays(self) -> list[float]:
        """Seconds that the pages take, in the order of their names."""
        return self._all.delays

    def __repr__(self) -> str:
        return repr(self._all)


# ------------------------------------------------------------------ PerSecond


async def turns_taken(per_second, most, seconds, arrivals):
    """Let callers come at these moments, each in a task of its own.

    Args:
        arrivals: when they come, in order; several may come at once.

    Returns:
        when each of them could begin, in the order of their coming.
    """
    limit = per_second(most, seconds)

    async def caller(moment):
        if moment:
            await asyncio.sleep(moment)
        await limit.turn()
        return _now()

    return await _in_tasks([(f"caller {n}", caller(at)) for n, at in enumerate(arrivals, 1)])


async def turns_apart(per_second, most, seconds):
    """Take all turns of one limit, then those of another. Returns the seconds that it took."""
    for limit in (per_second(most, seconds), per_second(most, seconds)):
        for _ in range(most):
            await limit.turn()
    return _now()


# ------------------------------------------------------------------ patrol


PATIENCE = 100  # seconds after a request to stop, in which it should be obeyed


async def start_patrol(patrol, visit, every, stopped_at, cancelled_at=None):
    """Run a patrol, and set the event after so many seconds; or cancel it.

    Args:
        stopped_at: when the event is set; 0: before it begins; None: never.
        cancelled_at: when it is cancelled; None: never.

    Returns:
        what it returned; if it was cancelled, how it ended: "ended as cancelled", "went on", or
        "returned" and what.
    """
    stop = asyncio.Event()
    if stopped_at == 0:
        stop.set()
    elif stopped_at is not None:
        asyncio.get_running_loop().call_later(stopped_at, stop.set)
    task = asyncio.create_task(patrol(visit, every, stop), name="patrol")
    if cancelled_at is None:
        return await task
    await asyncio.sleep(cancelled_at)
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE)
    if task.cancelled():
        return "ended as cancelled"
    if task.done():
        return f"returned {task.result()!r}"
    stop.set()  # so that it comes to its end, and its record is whole
    await asyncio.wait([task], timeout=PATIENCE)
    return "went on"


# ------------------------------------------------------------------ Shelf


class Moments(Service):
    """`await arrive(who)`: somebody comes after so many seconds.

    Args:
        seconds: who → seconds.
    """

    name = "arrive"

    def __init__(self, seconds: dict[str, float]):
        self.seconds = dict(seconds)

    async def __call__(self, who: str) -> None:
        await asyncio.sleep(self.seconds[who])

    def __repr__(self) -> str:
        return "arrive"


class _Watched:
    """A shelf of the answer's, with a log of what was done and how much it holds at most."""

    def __init__(self, shelf):
        self._shelf = shelf
        self.log = []

    async def put(self, item):
        await self._shelf.put(item)
        self.log.append(["put", item, _now()])

    async def take(self, count):
        items = await self._shelf.take(count)
        self.log.append(["take", list(items), _now()])
        return items


async def shelf_in_turn(shelf_class, size, items, counts):
    """One task puts all items, another one takes so many each time, one after the other.

    Returns:
        what each `take` returned.
    """
    shelf = shelf_class(size)

    async def put_all():
        for item in items:
            await shelf.put(item)

    async def take_all():
        return [await shelf.take(count) for count in counts]

    _, taken = await _in_tasks([("producer", put_all()), ("consumer", take_all())])
    return taken


async def shelf_steps(shelf_class, size, steps):
    """Do several things with a shelf, each in a task that begins at its own time.

    Args:
        steps: ("put", an item, when) or ("take", how many, when).

    Returns:
        what was done, in the order in which it ended: ["put", item, when] or
        ["take", items, when].
    """
    shelf = _Watched(shelf_class(size))

    async def step(what, value, when):
        await asyncio.sleep(when)
        await getattr(shelf, what)(value)

    await _in_tasks([(f"{what} {value}", step(what, value, when)) for what, value, when in steps])
    return shelf.log


async def shelf_crowd(shelf_class, size, arrive, puts, takes):
    """Many put and take at once: who comes when is up to the service.

    Args:
        arrive: a `Moments`.
        puts: who → the item.
        takes: who → how many.

    Returns:
        "taken": all items that were taken, sorted.
        "counts": who → how many they got.
    """
    shelf = shelf_class(size)
    got = {}

    async def put(who, item):
        await arrive(who)
        await shelf.put(item)

    async def take(who, count):
        await arrive(who)
        got[who] = await shelf.take(count)

    puts_made = [(who, put(who, item)) for who, item in puts.items()]
    await _in_tasks([*puts_made, *((who, take(who, count)) for who, count in takes.items())])
    return {
        "taken": sorted(item for items in got.values() for item in items),
        "counts": {who: len(got[who]) for who in takes},
    }
