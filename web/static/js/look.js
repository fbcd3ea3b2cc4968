// What both pages for looking at values share: what has been saved is said, keys are shown, the main button says what it does.
const toast = document.querySelector("#toast");
const said = document.querySelector("#said");
const keys = document.querySelector("#keys");
const SHOWN_FOR = 6000;
let fading = 0;

export const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
export const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;

export function say(text, mayUndo = false) {
  toast.hidden = false;
  said.textContent = text;
  document.querySelector("#take-back").hidden = !mayUndo;
  clearTimeout(fading);
  fading = setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) return;
    toast.hidden = true;
  }, SHOWN_FOR);
}

// The main button accepts as long as nothing else was typed, and then saves.
export function nameButton(form) {
  const button = form.querySelector("button[data-unchanged]");
  if (!button) return;
  const same = !isChanged(form.elements.said) && form.elements.status.value !== "corrected";
  button.textContent = same ? button.dataset.unchanged : button.dataset.changed;
  const accept = form.querySelector("button[value=accept]");
  if (accept) accept.hidden = same;
}

export function isChanged(input) {
  return input.value.trim() !== input.form.elements.shown.value.trim();
}

export function showKeys() {
  if (!keys.open) keys.showModal();
}

export function isTyping(event) {
  return Boolean(event.target.closest?.("input, textarea, select, dialog"));
}

// Ctrl+Z belongs to the field while something is typed in it.
export function isUndo(event) {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return false;
  const input = event.target.closest?.("input");
  return !input || (input.name === "said" && !isChanged(input));
}

document.addEventListener("input", (event) => {
  if (event.target.name === "said") nameButton(event.target.form);
});
for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) showKeys();
});

// A refusal comes as the same part of the page with its reason beside the field.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:responseError", () => say(toast.dataset.refused));
document.addEventListener("htmx:sendError", () => say(toast.dataset.unreachable));
