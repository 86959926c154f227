// The buttons under a verdict. `stand(place, help, startPlayer)` makes them of what is folded away in
// the element `place`: hints (`data-hint`), answers (`data-answers`), the next link (`data-next`).
//
// All that they show is in the output, so they work without a kernel and without widgets. `help`
// comes from `checker.show.buttons`: exercise (its id), play (null, or {picture (html), run}).

const BUTTONS_STYLE = `
.course-help { font: 13px/1.5 var(--jp-ui-font-family, sans-serif); max-width: 980px;
  margin-top: 6px; color: var(--jp-ui-font-color1, #1f2328); }
.course-help .row { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.course-help .row button, .course-help .row a, .course-help .copy { min-height: 28px;
  padding: 0 12px; cursor: pointer; font: inherit; color: inherit; text-decoration: none;
  background: var(--jp-layout-color2, #eee); border: 1px solid var(--jp-border-color1, #9aa3ad);
  border-radius: 4px; display: inline-flex; align-items: center; box-sizing: border-box; }
.course-help .program { position: relative; }
.course-help .copy { min-height: 22px; padding: 0 8px; font-size: 12px; position: absolute;
  right: 4px; top: 4px; }
.course-help .row button:hover, .course-help .row a:hover, .course-help .copy:hover {
  background: var(--jp-layout-color3, #ddd); }
.course-help button[aria-expanded=true] { border-color: var(--jp-brand-color1, #0072b2);
  box-shadow: inset 0 -2px 0 var(--jp-brand-color1, #0072b2); }
.course-help button:disabled { opacity: 0.6; cursor: default; }
.course-help :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2); }
.course-help .shown { margin-top: 6px; max-width: 760px; }
.course-help .shown p { margin: 4px 0; }
.course-help .played { margin-top: 6px; }
.course-help .program + p { margin-top: 14px; }
.course-help.course-help pre { font: 13px/1.5 var(--jp-code-font-family, monospace); margin: 4px 0;
  padding: 6px 8px; background: var(--jp-cell-editor-background, #f5f5f5); overflow-x: auto;
  border: 1px solid var(--jp-border-color2, #ddd); border-radius: 4px; color: inherit;
  white-space: pre; }
`;

function stand(place, help, startPlayer) {
  const make = (tag, options = {}, ...children) => {
    const { text, html, ...rest } = options;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    if (html !== undefined) element.innerHTML = html;
    element.append(...children);
    return element;
  };
  // JupyterLab would take letters for its own commands; it looks at the focused element.
  const ours = { type: "button", "data-lm-suppress-shortcuts": "true" };
  const row = make("div", { class: "row" });
  const hints = make("div", { class: "shown", "aria-live": "polite", "data-shows": "hints" });
  const panels = make("div");

  // A button that opens and closes a panel; `fill` is called when it is opened for the first time.
  function opener(label, kind, fill) {
    const panel = make("div", { class: kind === "play" ? "played" : "shown", "data-shows": kind });
    panel.hidden = true;
    panels.append(panel);
    const button = make("button", { ...ours, text: label, "aria-expanded": "false" });
    button.addEventListener("click", () => {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      if (!panel.hidden && !panel.childNodes.length) fill(panel);
    });
    row.append(button);
  }

  function withCopy(program) {
    const copy = make("button",
      { ...ours, class: "copy", text: "Copy", "aria-label": "Copy the code" });
    copy.addEventListener("click", async () => {
      copy.textContent = (await copied(program.textContent)) ? "Copied" : "Select it, and copy";
    });
    const frame = make("div", { class: "program" });
    program.replaceWith(frame);
    frame.append(program, copy);
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // a page that is not from this machine may not
    }
  }

  if (help.play) {
    opener("Play", "play", (panel) => {
      const stage = make("div", { html: help.play.picture });
      panel.append(stage);
      startPlayer(stage, help.play.run);
      panel.querySelector(".course-player").focus();
    });
    place.querySelectorAll("[data-typed]").forEach((typed) => typed.remove());
  }

  const waiting = [...place.querySelectorAll("[data-hint]")];
  if (waiting.length) {
    const button = make("button", ours);
    const name = () => {
      button.textContent = waiting.length
        ? waiting[0].querySelector("summary").textContent : "No more hints";
      button.disabled = !waiting.length;
    };
    button.addEventListener("click", () => {
      const folded = waiting.shift();
      const shown = make("p");
      shown.append(make("b", { text: `${folded.querySelector("summary").textContent}: ` }),
        ...[...folded.childNodes].slice(1));
      hints.append(shown);
      name();
    });
    name();
    waiting.forEach((folded) => folded.remove());
    row.append(button);
  }

  for (const folded of place.querySelectorAll("[data-answers]")) {
    const [summary, ...answers] = folded.childNodes;
    opener(summary.textContent, "answers", (panel) => {
      panel.append(...answers);
      panel.querySelectorAll("pre").forEach(withCopy);
    });
    folded.remove();
  }

  const next = place.querySelector("[data-next]");
  if (next) row.append(next);
  place.append(make("style", { text: BUTTONS_STYLE }),
    make("div", { class: "course-help", role: "group", "aria-label": `Help with ${help.exercise}` },
      row, hints, panels));
}
