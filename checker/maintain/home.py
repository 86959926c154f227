"""A home of its own for a run of notebooks, so that nothing of yours is read or written."""

import os
from pathlib import Path


def private_env(folder):
    """The environment for a child process that finds every user folder below `folder`.

    Parameters: `folder`, a path; it is made where it does not exist.
    Returns: a dict, as `subprocess` and the kernel managers take it.
    """
    home = Path(folder).resolve()
    home.mkdir(parents=True, exist_ok=True)
    places = {
        "HOME": home,
        "XDG_DATA_HOME": home / "data",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_STATE_HOME": home / "state",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "jupyter" / "config",
        "JUPYTER_DATA_DIR": home / "jupyter" / "data",
        "JUPYTER_RUNTIME_DIR": home / "jupyter" / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "jupyter" / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "jupyter" / "workspaces",
    }
    env = dict(os.environ)
    env.update({name: str(path) for name, path in places.items()})
    # Otherwise a learner's own setting would decide where answers are looked for.
    env.pop("CHECKER_SOLUTIONS", None)
    return env


def files_below(folder):
    """Every file below `folder`, as a sorted list of paths relative to it, with `/`."""
    root = Path(folder)
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
