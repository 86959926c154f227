// JupyterLab loses the heading of a link while it opens the notebook, and finds it in an open one:
// so follow the link again until the other notebook has moved. It moves once more, because cells
// have their true height only when they have been drawn.
function arrive(links) {
  links.forEach((link) => link.addEventListener("click", (event) => {
    const own = link.closest(".jp-NotebookPanel");
    if (!event.isTrusted || !own) return;
    let left = 60; // looks, two a second
    let wasAway = false;
    const look = setInterval(() => {
      const away = own.classList.contains("lm-mod-hidden");
      left -= 1;
      if (left === 0 || (wasAway && !away)) return clearInterval(look); // the reader is back
      wasAway = away;
      const there = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
      if (!away || !there?.querySelector(".jp-Cell")) return;
      if (there.querySelector(".jp-WindowedPanel-outer")?.scrollTop > 0) clearInterval(look);
      link.click();
    }, 500);
  }));
}
