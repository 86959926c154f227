"""Tries to write to the instructor's terminal, and into the report's markup."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    raise ValueError("\x1b]0;owned\x07\x1b[2J</pre><script>alert(1)</script>\ud800\x00]]>")
