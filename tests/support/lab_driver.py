"""A private JupyterLab with a browser in front of it, used as a person uses it.

`python -m tests.support.lab_driver NOTEBOOK OUT.png [--dark] [--run]` opens a copy of a notebook
and writes what one sees as OUT-1.png, OUT-2.png, ..., each about 2000 pixels high.
"""

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from checker.maintain.home import private_env

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The sandbox does not work for root; the rest keeps the browser from looking for updates.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
PIECE = 2000  # pixels, the height of one picture
WIDTH = 1100  # pixels


def chromium():
    """The path of a Chromium, from $CHROMIUM or the usual names; None where there is none."""
    wanted = os.environ.get("CHROMIUM")
    names = [wanted] if wanted else CHROMIUM_NAMES
    return next((path for path in map(shutil.which, names) if path), None)


class Lab:
    """`with Lab(folder) as lab: page = lab.open("03_tasks.ipynb")`.

    Parameters: `folder`, a scratch folder that gets the notebooks below `folder/work` and all user
    files below `folder/home`; `dark`, for the dark theme; `windowed`, to leave cells that are out
    of sight out of the page, as JupyterLab does unless one tells it not to; `widgets`, False to do
    without the widget manager.
    Raises: RuntimeError where the server does not start, with its log.
    """

    def __init__(self, folder, dark=False, windowed=False, widgets=True):
        self.folder = Path(folder).resolve()
        self.work = self.folder / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        self.dark, self.windowed, self.widgets = dark, windowed, widgets
        self.token = secrets.token_hex(16)
        self.log = self.folder / "lab.log"

    def __enter__(self):
        # Imported here, so that tests are collected where playwright is not installed.
        from playwright.sync_api import sync_playwright

        self.env = private_env(self.folder / "home")
        write_settings(Path(self.env["JUPYTERLAB_SETTINGS_DIR"]), self.dark, self.windowed)
        if not self.widgets:
            disable(Path(self.env["JUPYTER_CONFIG_DIR"]), "@jupyter-widgets/jupyterlab-manager")
        self.start_server()
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_OPTIONS
        )
        return self

    def __exit__(self, *exc_info):
        self.browser.close()
        self.playwright.stop()
        self.stop_server()

    def start_server(self):
        # Somebody may take the free port before the server does; then it ends, and we try another.
        for _ in range(3):
            self.port = free_port()
            if self.server_answers():
                return
        raise RuntimeError(self.log.read_text())

    def server_answers(self, patience=60):
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.work}"]
        command += ["--expose-app-in-browser", "--LabApp.extension_manager=readonly"]
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(
                command, env=self.env, cwd=self.work, stdout=log, stderr=subprocess.STDOUT
            )
        status = f"http://127.0.0.1:{self.port}/api/status?token={self.token}"
        end = time.monotonic() + patience
        while self.server.poll() is None and time.monotonic() < end:
            try:
                urllib.request.urlopen(status, timeout=1).read()
                return True
            except OSError:
                time.sleep(0.1)
        self.stop_server()
        return False

    def stop_server(self):
        # The server ends its kernels when it is asked to go; a kernel whose server is gone ends.
        self.server.terminate()
        try:
            self.server.wait(15)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def add(self, notebook):
        """Copy a notebook file into the working folder. Returns its name there."""
        shutil.copy(notebook, self.work)
        return Path(notebook).name

    def open(self, name, height=900):
        """Open a notebook of the working folder. Returns the page once the kernel is idle."""
        page = self.browser.new_page(viewport={"width": WIDTH, "height": height})
        page.goto(f"http://127.0.0.1:{self.port}/lab/tree/{name}?reset&token={self.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(KERNEL_IS_IDLE, timeout=60_000)
        return page


KERNEL_IS_IDLE = """async () => {
    const widget = jupyterapp.shell.currentWidget;
    if (!widget || !widget.context) return false;
    await widget.sessionContext.ready;
    return widget.sessionContext.session?.kernel?.status === 'idle';
}"""
CELLS_WITH_TAG = """tag => jupyterapp.shell.currentWidget.content.widgets
    .map((cell, index) => [index, cell.model.getMetadata('tags') || []])
    .filter(([index, tags]) => tags.includes(tag)).map(([index, tags]) => index)"""
SELECT_CELL = "index => { jupyterapp.shell.currentWidget.content.activeCellIndex = index; }"
SET_SOURCE = """([index, source]) => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    notebook.widgets[index].model.sharedModel.setSource(source);
    return notebook.scrollToItem(index);
}"""
# A command resolves when its last cell has finished, so it is started here and awaited elsewhere.
START_COMMAND = """name => {
    window.courseDone = false;
    jupyterapp.commands.execute(name).finally(() => { window.courseDone = true; });
}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def disable(folder, extension):
    """Switch off an extension of JupyterLab; `folder` is that of Jupyter's own configuration."""
    path = folder / "labconfig" / "page_config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"disabledExtensions": {extension: True}}))


def write_settings(folder, dark, windowed=False):
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    settings = {
        # Otherwise cells that are out of sight are not in the page, and a blank page follows them.
        "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "apputils-extension/themes": {"theme": theme},
    }
    if windowed:
        del settings["notebook-extension/tracker"]
    for name, body in settings.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))


def wait_until_done(page, timeout):
    page.wait_for_function("window.courseDone === true", timeout=timeout * 1000)


def run_all(page, timeout=120):
    """Run all cells and wait, at most `timeout` seconds, until the last one is done."""
    page.evaluate(START_COMMAND, "notebook:run-all-cells")
    wait_until_done(page, timeout)


def cell_by_tag(page, tag):
    """The index of the one cell with this tag. Raises LookupError where there is not just one."""
    found = page.evaluate(CELLS_WITH_TAG, tag)
    if len(found) != 1:
        raise LookupError(f"{len(found)} cells are tagged {tag!r}")
    return found[0]


def cell(page, index):
    """The cell's place in the page, as a Playwright locator."""
    return page.locator(".jp-Notebook .jp-Cell").nth(index)


def output(page, index):
    """The cell's output, as a Playwright locator."""
    return cell(page, index).locator(".jp-Cell-outputArea")


def type_into(page, index, source):
    """Replace the source of a cell, through its editor."""
    page.evaluate(SELECT_CELL, index)
    cell(page, index).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(source)


def set_source(page, index, source):
    """Replace the source of a cell and bring it into sight, also where it was out of the page."""
    page.evaluate(SET_SOURCE, [index, source])


def run_cell(page, index, timeout=60):
    """Run one cell and wait, at most `timeout` seconds, until it is done."""
    page.evaluate(SELECT_CELL, index)
    page.evaluate(START_COMMAND, "notebook:run-cell")
    wait_until_done(page, timeout)


def screenshots(page, out):
    """Write the whole notebook as OUT-1.png, OUT-2.png, ... Returns the paths."""
    page.evaluate("() => jupyterapp.commands.execute('application:toggle-mode')")
    page.evaluate("() => jupyterapp.shell.collapseLeft()")
    page.set_viewport_size({"width": WIDTH, "height": PIECE + 150})
    panel = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").first
    # The page lays itself out anew, and widgets draw themselves, after the sizes changed.
    page.wait_for_timeout(1000)
    height, total = panel.evaluate("p => [p.clientHeight, p.scrollHeight]")
    out = Path(out)
    paths = []
    for number, top in enumerate(range(0, total, height), start=1):
        panel.evaluate("(p, top) => { p.scrollTop = top; }", top)
        page.wait_for_timeout(200)
        path = out.with_name(f"{out.stem}-{number}.png")
        panel.screenshot(path=path)
        paths.append(path)
    return paths


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tests.support.lab_driver")
    parser.add_argument("notebook")
    parser.add_argument("out", help="OUT.png becomes OUT-1.png, OUT-2.png, ...")
    parser.add_argument("--dark", action="store_true", help="in the dark theme")
    parser.add_argument("--run", action="store_true", help="run all cells first")
    given = parser.parse_args(argv)
    if chromium() is None:
        parser.error("no Chromium here; install one, or name it in $CHROMIUM")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder, Lab(folder, given.dark) as lab:
        page = lab.open(lab.add(given.notebook))
        if given.run:
            run_all(page, timeout=300)
        for path in screenshots(page, given.out):
            print(path)


if __name__ == "__main__":
    main()
