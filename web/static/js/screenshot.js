// A screenshot's page: values and their boxes point at each other; decisions go on to the next value in doubt.
import { Lens } from "./lens.js";
import { calm, hasKeyboard, isTyping, isUndo, nameButton, say, showKeys } from "./look.js";

const list = document.querySelector("#values");
const frame = document.querySelector(".lens");
const boxes = document.querySelector(".boxes");
const pointed = document.querySelector(".pointed");
const lens = frame && new Lens(frame);
const decided = [];
let asked = null;

const all = () => [...(list?.children ?? [])];
const chosen = () => list?.querySelector(".chosen") ?? null;
const fieldOf = (value) => value.querySelector("input[name=said]");
const headOf = (value) => value.querySelector("summary");
const boxOf = (value) => boxes?.querySelector(`[data-for="${value.id}"]`);
const numbers = (text) => text.split(" ").map(Number);

function choose(value) {
  if (value === chosen()) return;
  for (const old of document.querySelectorAll(".value.chosen, .box.chosen")) old.classList.remove("chosen");
  value.classList.add("chosen");
  const box = boxOf(value);
  box?.classList.add("chosen");
  if (box) boxes.append(box); // drawn over the others
  point(null);
  lens?.goTo(numbers(value.dataset.box));
}

function open(value, { edit = false } = {}) {
  value.querySelector("details").open = true;
  const form = value.querySelector("form");
  if (form) nameButton(form);
  choose(value);
  const field = edit ? fieldOf(value) : null;
  (field ?? headOf(value)).focus({ preventScroll: true });
  field?.select();
  requestAnimationFrame(() => value.scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" }));
}

function close(value) {
  value.querySelector("details").open = false;
  headOf(value).focus();
}

function step(value, by, edit) {
  const values = all();
  const next = value ? values[values.indexOf(value) + by] : values[0];
  if (!next) return;
  if (edit) open(next, { edit });
  else headOf(next).focus();
}

function goOn(value) {
  const waiting = [...list.querySelectorAll(".value.needs_review")];
  const behind = (other) => value.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = waiting.find(behind) ?? waiting[0];
  if (next) open(next, { edit: hasKeyboard });
  else headOf(value).focus();
}

function press(value, action) {
  value?.querySelector(`form button[value=${action}]`)?.click();
}

function undo() {
  const last = decided.at(-1);
  press(last ? document.getElementById(last) : chosen(), "undo");
}

// Point at a cell, a chart or a line of text: what has a place but is no value.
function point(box) {
  if (!pointed) return;
  const [x, y, width, height] = box ?? [0, 0, 0, 0];
  for (const [name, size] of Object.entries({ x, y, width, height })) pointed.setAttribute(name, size);
  if (box) lens.goTo(box);
}

function settled(value) {
  const head = boxOf(value);
  const status = ["needs_review", "accepted", "corrected"].find((name) => value.classList.contains(name));
  head?.setAttribute("class", `box ${status}`);
  const { action, waited } = asked ?? {};
  asked = null;
  const wrong = value.querySelector("[aria-invalid]");
  if (wrong) {
    value.querySelector("details").open = true; // browsers close it: it came in beside the old one, which was open
    nameButton(wrong.form);
    choose(value);
    wrong.focus();
    wrong.select();
    return;
  }
  if (action === "undo") decided.splice(decided.lastIndexOf(value.id) >>> 0, 1);
  else decided.push(value.id);
  say(value.dataset.said, decided.length > 0);
  if (action === "undo") open(value, { edit: hasKeyboard });
  else if (waited) goOn(value);
  else open(value);
}

list?.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("form");
  if (!form || event.detail.requestConfig.verb !== "post") return;
  const { action } = Object.fromEntries(event.detail.requestConfig.formData ?? []);
  asked = { action, waited: form.closest(".value").classList.contains("needs_review") };
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (asked && event.target.matches?.("li.value")) settled(event.target);
});
list?.addEventListener("focusin", (event) => {
  const value = event.target.closest(".value");
  if (value) choose(value);
});
list?.addEventListener("toggle", (event) => {
  if (event.target.name !== "value" || !event.target.open) return;
  const value = event.target.closest(".value");
  choose(value);
  const form = value.querySelector("form");
  if (form) nameButton(form);
}, true);

boxes?.addEventListener("click", (event) => {
  const box = event.target.closest(".box");
  if (!box) return;
  event.preventDefault();
  open(document.getElementById(box.dataset.for));
});
document.querySelector(".look-side")?.addEventListener("click", (event) => {
  const place = event.target.closest("td[data-box], li[data-box]:not(.value), section[data-box]");
  if (place && lens) point(numbers(place.dataset.box));
});
frame?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.zoom === "fit") lens.fit();
  else if (button?.dataset.zoom) lens.zoom(button.dataset.zoom === "in");
  else if (button && "boxes" in button.dataset) toggleBoxes();
});
document.querySelector("#take-back")?.addEventListener("click", undo);

function toggleBoxes() {
  const button = document.querySelector("[data-boxes]");
  const shown = button?.getAttribute("aria-pressed") !== "true";
  button?.setAttribute("aria-pressed", String(shown));
  boxes?.classList.toggle("off", !shown);
}

function inField(event, value) {
  if (event.key === "Escape") {
    event.target.value = event.target.form.elements.shown.value;
    nameButton(event.target.form);
    close(value);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(value, event.key === "ArrowDown" ? 1 : -1, true);
  }
}

function onHead(event, value) {
  if (event.key === "Enter") {
    event.preventDefault();
    open(value, { edit: true });
  } else if (event.key === "Escape") {
    close(value);
  } else return false;
  return true;
}

const LETTERS = {
  a: () => press(chosen(), "accept"),
  u: undo,
  b: toggleBoxes,
  "+": () => lens?.zoom(true),
  "=": () => lens?.zoom(true),
  "-": () => lens?.zoom(false),
  0: () => lens?.fit(),
  "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  const value = event.target.closest?.(".value") ?? null;
  if (isUndo(event)) {
    event.preventDefault();
    undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.name === "said") inField(event, value);
  if (isTyping(event)) return;
  if (event.target.closest?.("summary") && value && onHead(event, value)) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && (value || event.target === document.body) && list) {
    event.preventDefault();
    step(value ?? chosen(), by, false);
  } else LETTERS[event.key.toLowerCase()]?.();
});

frame?.querySelector(".lens-bar").removeAttribute("hidden");
const first = list?.querySelector("[data-chosen]");
const found = document.querySelector(".boxes .found");
if (first) open(first);
else if (found) lens.goTo(numbers(found.dataset.box));
