"""The notebooks as they were committed, apart from what a learner has made of them since.

`python -m checker.maintain.committed [--here] [--varying] [PYTEST OPTIONS]` copies them to a
temporary folder and compares every cell's output with the one stored for the Python that runs.
With `--here` it takes them as they are in this folder. With `--varying` it takes only those
notebooks of which a cell's output depends on the Python.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from checker.maintain import other_outputs, unseen
from checker.maintain.home import private_env

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK_FOLDERS = ("notebooks", "solutions")


def git(*args):
    """What git answers, as bytes; None where this is no git checkout or git says no."""
    try:
        done = subprocess.run(["git", "-C", ROOT, *args], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def is_checkout():
    """True where ROOT itself, not a folder above it, is a git checkout with a commit."""
    top = git("rev-parse", "--show-toplevel")
    if top is None or Path(top.decode().strip()).resolve() != ROOT:
        return False
    return git("rev-parse", "--verify", "-q", "HEAD") is not None


def names(*folders, here=False):
    """The files that belong to the course, as sorted paths relative to ROOT.

    Args:
        folders: those to look into; without any, all of ROOT.
        here: whether what lies there counts also in a checkout.

    Returns: from a checkout what the last commit holds, else what lies there.
    """
    if is_checkout() and not here:
        listed = git("ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *folders)
        return sorted(name for name in listed.decode().split("\0") if name)
    tops = [ROOT / folder for folder in folders] or [p for p in ROOT.iterdir() if not_made(p)]
    found = []
    for top in tops:
        found += [top] if top.is_file() else [p for p in top.rglob("*") if p.is_file()]
    parts_kept = [p.relative_to(ROOT) for p in found if all(map(not_made, p.parents))]
    return sorted(p.as_posix() for p in parts_kept if not_made(p))


def not_made(path):
    """False for what running leaves behind, for dot folders and for what `reset` keeps."""
    if path in (ROOT, *ROOT.parents):
        return True
    made = (
        path.name.startswith(".")
        or path.name.endswith(".egg-info")
        or ".mine-" in path.name
        or ".new" in path.name
    )
    return not made and path.name not in ("__pycache__", "build", "dist")


def notebooks():
    """The committed notebooks, as sorted paths relative to ROOT."""
    return [name for name in names(*NOTEBOOK_FOLDERS) if name.endswith(".ipynb")]


def varying(copy):
    """The notebooks with a cell whose output depends on the Python, as paths below `copy`.

    Parameters: `copy`, the folder that the committed notebooks were exported to.
    """
    return [Path(copy) / name for name in sorted(other_outputs.load(Path(copy) / "solutions"))]


def export(wanted, folder, here=False):
    """Write the files `wanted`, paths relative to ROOT as `names` gives them, below `folder`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not wanted:
        return
    if here or not is_checkout():
        for name in wanted:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        return
    packed = git("archive", "--format=zip", "HEAD", "--", *wanted)
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)


def main(options):
    """Run nbval over a copy. Returns pytest's exit code; 0 where there are no such notebooks."""
    here, only_varying = "--here" in options, "--varying" in options
    options = [option for option in options if option not in ("--here", "--varying")]
    if not here and not notebooks():
        print("There are no committed notebooks.")
        return 0
    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        copy = Path(scratch) / "copy"
        export(names(*NOTEBOOK_FOLDERS, here=here), copy, here)
        unseen.put_in(copy)
        other_outputs.put_in(copy)
        if only_varying:
            wanted = varying(copy)
            if not wanted:
                print("No cell's output depends on the Python.")
                return 0
            # pytest is given the folder: files outside of its root have no names that differ.
            for path in copy.rglob("*.ipynb"):
                if path not in wanted:
                    path.unlink()
        print(f"Testing the notebooks of {_source(here)}.", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-c", ROOT / "pyproject.toml"]
        command += ["-n", "2", "--nbval", *options, copy]
        env = private_env(Path(scratch) / "home")
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def _source(here):
    if here:
        return "this folder"
    return "the last commit" if is_checkout() else "this folder, which is no git checkout"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
