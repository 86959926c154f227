// JupyterLab loses the heading of a link while it opens the notebook, and finds it in an open one:
// so follow the link again until the other notebook has moved.
function arrive(links) {
  links.forEach((link) => link.addEventListener("click", (event) => {
    const own = link.closest(".jp-NotebookPanel");
    if (!event.isTrusted || !own) return;
    let left = 20; // looks, two a second
    const look = setInterval(() => {
      left -= 1;
      const there = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
      const scrolled = there?.querySelector(".jp-WindowedPanel-outer")?.scrollTop > 0;
      const away = own.classList.contains("lm-mod-hidden");
      if (left === 0 || (away && scrolled)) clearInterval(look);
      else if (away && there?.querySelector(".jp-Cell")) link.click();
    }, 500);
  }));
}
