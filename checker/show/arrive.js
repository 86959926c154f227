// JupyterLab loses the heading of a link while it opens the notebook, and finds it in an open one:
// so follow the link again until the heading is in sight and stays there. Cells have their true
// height only when they have been drawn, so it moves away once more.
function arrive(links) {
  links.forEach((link) => link.addEventListener("click", (event) => {
    const own = link.closest(".jp-NotebookPanel");
    if (!event.isTrusted || !own) return;
    // Only the link that was followed last leads on.
    const mine = (window.courseLinksFollowed = (window.courseLinksFollowed || 0) + 1);
    let left = 60; // looks, two a second
    let wasAway = false;
    let seen = 0; // looks in a row at which the heading was in sight
    const heading = CSS.escape(decodeURIComponent(link.hash.slice(1)));
    const look = setInterval(() => {
      const away = own.classList.contains("lm-mod-hidden");
      left -= 1;
      const over = left === 0 || mine !== window.courseLinksFollowed;
      if (over || (wasAway && !away)) return clearInterval(look); // or the reader is back
      wasAway = away;
      const there = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
      if (!away || !there?.querySelector(".jp-Cell")) return;
      const box = there.querySelector(`[data-jupyter-id="${heading}"]`)?.getBoundingClientRect();
      const inSight = box && box.height > 0 && box.top >= 0 && box.bottom < window.innerHeight;
      seen = inSight ? seen + 1 : 0;
      if (seen === 3) return clearInterval(look);
      if (!inSight) link.click();
    }, 500);
  }));
}
