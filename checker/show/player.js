// The player: steps through a run. `start(place, run)` fills the element `place`.
//
// `run` is what `checker.show.player.data` makes: `source` (lines), `printed` (all output), `names`
// (of the tasks, by number), `end` (of the picture's axis), `axis` ([left, length] of that axis, as
// parts of the picture's width), `later` (steps that were not kept), and `steps`. A step holds only
// what is not as in the one before it:
//   at (seconds), x (its place on the picture's axis), turn, did (the step in words), now (the task
//   that had the step, or null), and how all stands when the step is over: printed (characters so
//   far), tasks ([number, state, line, what]), ready ([label]), this_turn (how many of them still
//   run in this turn), timers ([[seconds, label]]), things ([[name, state, [in line], [content]]]).

const STYLE = `
.course-player { font: 13px/1.5 var(--jp-ui-font-family, sans-serif); max-width: 980px;
  color: var(--jp-ui-font-color1, #1f2328); background: var(--jp-layout-color1, #fff);
  border: 1px solid var(--jp-border-color1, #9aa3ad); border-radius: 8px; padding: 10px; }
.course-player button { min-width: 34px; height: 28px; margin: 0 3px 0 0; cursor: pointer;
  font: inherit; color: inherit; background: var(--jp-layout-color2, #eee);
  border: 1px solid var(--jp-border-color1, #9aa3ad); border-radius: 4px; }
.course-player button:disabled { opacity: 0.45; cursor: default; }
.course-player :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2); }
.course-player .bar { display: flex; align-items: center; flex-wrap: wrap; row-gap: 4px; }
.course-player input { flex: 1 1 160px; margin: 0 8px; }
.course-player .did { margin: 6px 0; font-weight: 600; min-height: 1.5em; }
.course-player .panes { display: grid; gap: 10px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); }
.course-player h4 { margin: 6px 0 2px; font-size: 12px; font-weight: 600;
  color: var(--jp-ui-font-color2, #5f6b7a); }
.course-player pre, .course-player code, .course-player .code { white-space: pre-wrap; margin: 0;
  font: 12px/1.5 var(--jp-code-font-family, monospace); background: none; padding: 0;
  color: inherit; }
.course-player .line { display: flex; padding: 0 4px; border-left: 3px solid transparent; }
.course-player .line.runs { border-left-color: #009e73;
  background: var(--jp-layout-color2, #eef7f3); }
.course-player .number { width: 2.4em; flex: none; opacity: 0.6; text-align: right;
  margin-right: 8px; user-select: none; }
.course-player .text { flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.course-player .chip { display: inline-block; margin: 1px 3px 1px 0; padding: 0 6px;
  border: 1px solid currentColor; border-radius: 9px; font-size: 11px; line-height: 16px; }
.course-player .chip.runs { background: #00785a; border-color: #00785a; color: #fff; }
.course-player .chip.waits { border-style: dashed; }
.course-player .chip.next { opacity: 0.6; }
.course-player .here { text-align: right; max-width: 50%; }
.course-player.course-player table { border-collapse: collapse; margin: 0; font-size: 13px; }
.course-player.course-player td { text-align: left; padding: 1px 14px 1px 0; border: 0;
  vertical-align: top; background: none; color: inherit; white-space: normal; max-width: none;
  overflow-wrap: anywhere; }
.course-player tr, .course-player pre { background: none !important; }
.course-player .none { opacity: 0.65; }
.course-player .scroll { overflow-x: auto; }
.course-player .picture { position: relative; display: inline-block; max-width: 100%;
  min-width: 500px; }
.course-player .picture img { width: 100%; display: block; }
.course-player .cursor { position: absolute; top: 22px; bottom: 4px; width: 0;
  border-left: 2px solid var(--jp-ui-font-color1, #1f2328); pointer-events: none; }
[data-jp-theme-light=false] .course-chart { filter: invert(.93) hue-rotate(180deg); }
`;
const MOST_TASKS = 40;
const PER_SECOND = 2; // steps, while it plays
// JupyterLab would take arrows and letters for its own commands; it looks at the focused element.
const KEYS_ARE_OURS = { "data-lm-suppress-shortcuts": "true" };

function make(tag, options = {}, ...children) {
  const { text, ...rest } = options;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

function seconds(value) {
  return `${Number(value.toFixed(3))} s`;
}

// Each step whole: what did not change is carried on.
function unfold(steps) {
  let last = { tasks: new Map() };
  return steps.map((step) => {
    const tasks = new Map(last.tasks);
    for (const task of step.tasks ?? []) tasks.set(task[0], task);
    last = { ...last, ...step, tasks };
    return last;
  });
}

function start(place, run) {
  const steps = unfold(run.steps);
  const printed = Array.from(run.printed); // by character, as Python counts
  const picture = place.querySelector("img");
  let at = 0;
  let timer = null;

  const show = {};
  for (const name of ["did", "source", "tasks", "ready", "timers", "things", "output", "count"]) {
    show[name] = make("div", { "data-shows": name });
  }
  show.did.className = "did";
  show.did.setAttribute("aria-live", "polite");
  show.source.className = "code";

  const button = (sign, name, act) => {
    const made = make("button",
      { type: "button", "aria-label": name, title: name, text: sign, ...KEYS_ARE_OURS });
    made.addEventListener("click", act);
    return made;
  };
  const first = button("|◀", "First step (Home)", () => go(0));
  const back = button("◀", "Step back (left arrow)", () => go(at - 1));
  const play = button("Play", "Play (space)", () => toggle());
  const onward = button("▶", "Step on (right arrow)", () => go(at + 1));
  const last = button("▶|", "Last step (End)", () => go(steps.length - 1));
  const slider = make("input", {
    type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "step",
    ...KEYS_ARE_OURS,
  });
  slider.addEventListener("input", () => go(Number(slider.value)));

  function draw() {
    const step = steps[at];
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${at + 1} of ${steps.length}, ${seconds(step.at)}`);
    show.count.textContent = `step ${at + 1} of ${steps.length} · turn ${step.turn} · ` +
      seconds(step.at);
    const later = at === steps.length - 1 && run.later ? ` ${run.later} more steps follow.` : "";
    show.did.textContent = step.did + later;
    first.disabled = back.disabled = at === 0;
    last.disabled = onward.disabled = at === steps.length - 1;
    drawSource(step);
    drawTasks(step);
    const ready = step.ready.flatMap((label, place) =>
      [chip(label, place < step.this_turn ? "" : "next"), " "]);
    show.ready.replaceChildren(...orNone(ready, "empty"));
    show.timers.replaceChildren(table(step.timers.map(([when, label]) =>
      [when === "" ? "" : seconds(when), label]), "none set"));
    show.things.replaceChildren(table(step.things.map(([name, state, line, contents]) => [
      name, state + (contents.length ? `: ${contents.join(", ")}` : ""),
      line.length ? `in line: ${line.join(", ")}` : "",
    ]), "none"));
    show.output.replaceChildren(make("pre", { text: printed.slice(0, step.printed).join("") || " " }));
    const [left, length] = run.axis;
    cursor.style.left = `${100 * (left + (run.end ? length * step.x / run.end : 0))}%`;
  }

  function drawSource(step) {
    const standing = {};
    for (const [number, state, line] of step.tasks.values()) {
      if (line) (standing[line] ??= []).push(chip(run.names[number], state));
    }
    const running = step.now === null ? null : step.tasks.get(step.now)?.[2];
    show.source.replaceChildren(...run.source.map((text, index) => make("div",
      { class: index + 1 === running ? "line runs" : "line", "data-line": index + 1 },
      make("span", { class: "number", text: index + 1 }),
      make("span", { class: "text", title: text, text: text || " " }),
      make("span", { class: "here" }, ...(standing[index + 1] ?? [])))));
  }

  function drawTasks(step) {
    const all = [...step.tasks.values()];
    const rows = all.slice(0, MOST_TASKS).map(([number, state, line, what]) =>
      [run.names[number], state, [line ? `line ${line}` : "", what].filter(Boolean).join(": ")]);
    if (all.length > MOST_TASKS) rows.push([`… ${all.length - MOST_TASKS} more`, "", ""]);
    show.tasks.replaceChildren(table(rows, "none yet"));
  }

  function chip(label, state) {
    return make("span", { class: `chip ${state}`, text: label });
  }

  function orNone(elements, word) {
    return elements.length ? elements : [make("span", { class: "none", text: word })];
  }

  function table(rows, word) {
    if (!rows.length) return orNone([], word)[0];
    return make("table", {}, make("tbody", {}, ...rows.map((row) =>
      make("tr", {}, ...row.map((text) => make("td", { text }))))));
  }

  function go(to) {
    at = Math.min(Math.max(to, 0), steps.length - 1);
    if (at === steps.length - 1) pause();
    draw();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-label", "Play (space)");
  }

  function toggle() {
    if (timer !== null) return pause();
    if (at === steps.length - 1) go(0);
    play.textContent = "Pause";
    play.setAttribute("aria-label", "Pause (space)");
    timer = setInterval(() => (place.isConnected ? go(at + 1) : pause()), 1000 / PER_SECOND);
  }

  const keys = {
    ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1),
    Home: () => go(0), End: () => go(steps.length - 1), " ": toggle,
  };
  place.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  const cursor = make("div", { class: "cursor" });
  const head = (name) => make("h4", { text: name });
  const shell = make("div", {
    class: "course-player", role: "group", tabindex: 0, "aria-label": "Player of a run",
    ...KEYS_ARE_OURS,
  });
  const frame = make("div", { class: "picture" });
  if (picture) frame.append(picture, cursor);
  shell.append(
    make("style", { text: STYLE }),
    make("div", { class: "bar" }, first, back, play, onward, last, slider, show.count),
    show.did,
    make("div", { class: "scroll" }, frame),
    make("div", { class: "panes" },
      make("div", {}, head("Source"), show.source, head("Printed so far"), show.output),
      make("div", {}, head("Tasks"), show.tasks, head("Ready queue, in order"), show.ready,
        head("Timers"), show.timers, head("Locks, queues, events"), show.things)),
  );
  place.replaceChildren(shell);
  draw();
}
