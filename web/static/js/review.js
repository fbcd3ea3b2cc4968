// The queue: the field is ready for typing; Enter saves and goes on, the arrow skips, U takes back.
import { hasKeyboard, isTyping, isUndo, nameButton, say, showKeys } from "./look.js";

const desk = () => document.querySelector("#desk");
const press = (selector) => desk().querySelector(selector)?.click();

function ready() {
  const form = desk().querySelector(".desk-form");
  if (form) nameButton(form);
  for (const button of desk().querySelectorAll("[data-keys]")) button.hidden = false;
  const field = form?.elements.said;
  if (field && hasKeyboard) {
    field.focus();
    field.select();
  } else desk().querySelector("#again, #done")?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "desk") return;
  ready();
  if (event.target.dataset.said) say(event.target.dataset.said, Boolean(desk().querySelector("#undo")));
});
document.querySelector("#take-back").addEventListener("click", () => press("#undo button"));

const LETTERS = {
  a: () => press("button[value=accept]"),
  s: () => press("#skip"),
  u: () => press("#undo button"),
  arrowdown: () => press("#skip"),
  enter: () => desk().querySelector("[name=said]")?.focus(),
  "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  if (isUndo(event)) {
    event.preventDefault();
    press("#undo button");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.name === "said" && event.key === "ArrowDown") {
    event.preventDefault();
    press("#skip");
  } else if (event.target.name === "said" && event.key === "Escape") {
    event.target.value = event.target.form.elements.shown.value;
    nameButton(event.target.form);
    event.target.blur();
  }
  if (isTyping(event) || (event.key === "Enter" && event.target !== document.body)) return;
  const act = LETTERS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

ready();
