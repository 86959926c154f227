"""What passes between a PostgreSQL client and its server, read on the way.

The messages are those of the frontend/backend protocol 3.0 (PostgreSQL documentation, chapter
"Frontend/Backend Protocol"). They are forwarded as they are; here they are only written down.
"""

import dataclasses
import re
from collections import deque
from dataclasses import dataclass, field

# What the lab asks, and what asyncpg sends by itself: when a pool takes a connection back, and to
# learn of types.
HOUSEKEEPING = ("/* lab */", "SELECT pg_advisory_unlock_all()", "WITH RECURSIVE typeinfo_tree")
MOST_LETTERS = 56  # of a statement in the picture
_OWN_NAME = re.compile(r"__asyncpg_([a-z]+)_\w+__")  # numbered, over all connections
_QUERY_CANCELLED = "57014"  # error code `query_canceled`


@dataclass
class Statement:
    """One statement as the server got it.

    Attributes:
        connection: the number of its connection, from 1.
        text: without line breaks.
        status: "open", "ok", "failed" or "cancelled".
        times: how often it was carried out in one go, with other values each time.
        rows: how many rows came back.
        blocks: in how many portions they were asked for.
        error: what the server said.
    """

    connection: int
    text: str
    status: str = "open"
    times: int = 1
    rows: int = 0
    blocks: int = 1
    error: str = ""


@dataclass
class Transaction:
    """Statements that count together; `ended` is "commit", "rollback" or "open"."""

    connection: int
    statements: list[Statement] = field(default_factory=list)
    ended: str = "open"


@dataclass(repr=False)
class Log:
    """What the server saw of the connections to one schema, in order.

    Attributes:
        connections: how many were opened; `most`: how many at once.
        busy_most: how many of them were at work on a statement at once.
        cancels: how often a client asked to stop a statement.
        passed: how often something was passed on, in either direction.
    """

    connections: int = 0
    most: int = 0
    busy_most: int = 0
    cancels: int = 0
    passed: int = 0
    statements: list[Statement] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    live: set = field(default_factory=set, repr=False)

    def busy(self):
        """How many connections are at work on a statement now."""
        return sum(one.busy for one in list(self.live))

    def on_its_way(self):
        """How many connections wait for an answer of the server that no statement is worked on for:
        it comes soon.
        """
        return sum(one.owed > 0 and not one.busy for one in list(self.live))

    def clear(self):
        """Begin anew: open connections count as new."""
        self.connections = self.most = len(self.live)
        self.busy_most = self.cancels = 0
        self.statements.clear()
        self.transactions.clear()

    def data(self, show=False):
        """The same as plain data, for a rule to read.

        Args:
            show: whether a verdict may show it, because its order is the same every time.
        """
        return {
            "text": repr(self) if show and self.statements else "",
            **{name: getattr(self, name) for name in ("connections", "most", "busy_most")},
            "cancels": self.cancels,
            "statements": [dataclasses.asdict(statement) for statement in self.statements],
            "transactions": [
                {"ended": one.ended, "statements": [s.text for s in one.statements]}
                for one in self.transactions
            ],
        }

    def __repr__(self):
        """One line a statement: its connection, its transaction as a bracket, what came of it."""
        marks, refused = {}, set()
        begun = {one.connection for one in self.transactions if one.ended == "open"}
        for transaction in self.transactions:
            first, *rest = transaction.statements
            if rest and transaction.ended == "rollback" and rest[-1].text.lower() == "commit":
                refused.add(id(rest[-1]))
            marks |= {id(s): "│" for s in rest} | {id(first): "┌" if rest else "─"}
            if rest and transaction.ended != "open":
                marks[id(rest[-1])] = "└"
        lines = []
        for one in self.statements:
            text = one.text if len(one.text) <= MOST_LETTERS else one.text[: MOST_LETTERS - 1] + "…"
            notes = [f"{one.times:,} times"] * (one.times > 1)
            notes += [f"{one.rows:,} row{'s' * (one.rows != 1)}"] * (one.rows > 0)
            notes += [f"{one.blocks} portions"] * (one.blocks > 1)
            notes += [one.status] * (one.status != "ok")
            notes += ["answered by ROLLBACK"] * (id(one) in refused)
            mark = marks.get(id(one), "│" if one.connection in begun else "─")
            line = f"{one.connection} {mark} {text:{MOST_LETTERS}}  "
            lines.append((line + ", ".join(notes)).rstrip())
        return "\n".join(lines) or "nothing yet"


class Conversation:
    """One connection: feed it what the client and what the server says."""

    def __init__(self, log):
        self.log = log
        log.connections += 1
        self.number = log.connections
        self.secret = None  # that a request to cancel must show
        self.owed = 1  # how often the server is to say that it is ready; at first, to begin with
        self.transaction = None
        self._texts, self._portals = {}, {}  # name → text; name → (statement or None, text)
        self._parsing = None  # a text that the server may refuse
        self._batch = []  # since the server was ready last
        self._waiting = deque()  # statements that the server has not answered
        self._tag = b""  # what the server called the last one that it carried out
        self._client = Messages(
            {
                b"Q": self._query,
                b"P": self._parse,
                b"B": self._bind,
                b"E": self._execute,
                b"S": self._sync,
            }
        )
        self._server = Messages(
            {
                b"K": self._key,
                b"D": self._row,
                b"C": self._complete,
                b"s": self._suspended,
                b"I": self._suspended,
                b"E": self._error,
                b"Z": self._ready,
            }
        )
        log.live.add(self)
        log.most = max(log.most, len(log.live))

    @property
    def busy(self):
        """Whether the server has not answered yet."""
        return bool(self._waiting)

    def said_by_client(self, data):
        self.log.passed += 1
        if self._client.read(data):
            self.over()

    def said_by_server(self, data):
        self.log.passed += 1
        self._server.read(data)

    def over(self):
        """The client has gone; what it had begun is taken back."""
        self.log.live.discard(self)
        self._waiting.clear()
        if self.transaction is not None and self.transaction.ended == "open":
            self.transaction.ended = "rollback"

    # ---------------------------------------------------------------- the client

    def _query(self, body):
        self.owed += 1
        self._begin(_text(body[:-1]))

    def _parse(self, body):
        name, text, _ = body.split(b"\0", 2)
        self._texts[name] = self._parsing = _text(text)

    def _bind(self, body):
        portal, name, _ = body.split(b"\0", 2)
        self._portals[portal] = (None, self._texts.get(name, "?"))

    def _execute(self, body):
        portal = body.split(b"\0", 1)[0]
        statement, text = self._portals.get(portal, (None, "?"))
        last = self._batch[-1] if self._batch else None
        if statement is not None:
            statement.blocks += 1
            statement.status = "open"
            self._wait_for(statement)
        elif last is not None and last.text == text and self._waiting:
            last.times += 1
            self._portals[portal] = (last, text)
            self._waiting.append(last)
        else:
            self._portals[portal] = (self._begin(text), text)

    def _sync(self, body):
        self.owed += 1

    def _begin(self, text):
        statement = Statement(self.number, text)
        if not text.startswith(HOUSEKEEPING):
            self.log.statements.append(statement)
            self._batch.append(statement)
            self._wait_for(statement)
        return statement

    def _wait_for(self, statement):
        self._parsing = None
        self._waiting.append(statement)
        self.log.busy_most = max(self.log.busy_most, self.log.busy())

    # ---------------------------------------------------------------- the server

    def _key(self, body):
        self.secret = bytes(body)

    def _row(self, body):
        if self._waiting:
            self._waiting[0].rows += 1

    def _complete(self, body):
        self._tag = body[:-1]
        if self._waiting:
            self._waiting.popleft().status = "ok"

    def _suspended(self, body):
        if self._waiting:
            self._waiting.popleft().status = "ok"

    def _error(self, body):
        said = {part[:1]: _text(part[1:]) for part in body.split(b"\0") if part}
        if self._parsing is not None:
            self._begin(self._parsing)
        if self._waiting:
            statement = self._waiting.popleft()
            statement.error = said.get(b"M", "")
            statement.status = "cancelled" if said.get(b"C") == _QUERY_CANCELLED else "failed"
        self._waiting.clear()  # the server leaves out the rest

    def _ready(self, body):
        self.owed -= 1
        self._waiting.clear()
        batch, self._batch = self._batch, []
        if not batch:
            return
        if self.transaction is None:
            self.transaction = Transaction(self.number)
            self.log.transactions.append(self.transaction)
        self.transaction.statements += batch
        if body == b"I":
            # After an error, COMMIT is answered by ROLLBACK.
            taken_back = self._tag == b"ROLLBACK" or batch[-1].status != "ok"
            self.transaction.ended = "rollback" if taken_back else "commit"
            self.transaction = None


class Messages:
    """Cuts a stream of bytes into messages, and gives the bodies of some to functions."""

    def __init__(self, readers):
        self._readers = {kind[0]: read for kind, read in readers.items()}
        self._rest = bytearray()

    def read(self, data):
        """Take the next bytes; whether the message that says good-bye was among them."""
        self._rest += data
        rest, at, bye = self._rest, 0, False
        while len(rest) - at >= 5:
            end = at + 1 + int.from_bytes(rest[at + 1 : at + 5], "big")
            if end > len(rest):
                break
            kind = rest[at]
            read = self._readers.get(kind)
            if read is not None:
                read(bytes(rest[at + 5 : end]))
            bye = bye or kind == ord("X")
            at = end
        del rest[:at]
        return bye


def _text(data):
    text = " ".join(data.decode(errors="replace").split()).rstrip("; ")
    return _OWN_NAME.sub(r"asyncpg_\1", text)


def parameters(body):
    """The settings that a client begins with: {"user": …, "search_path": …}."""
    words = [word.decode() for word in body.rstrip(b"\0").split(b"\0")]
    return dict(zip(words[::2], words[1::2], strict=False))
