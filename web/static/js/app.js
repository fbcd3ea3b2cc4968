// Every page: the theme switch, and keys that help.
const YEAR = 365 * 24 * 3600;

function shownTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen !== "auto") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
  const next = shownTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  document.cookie = `theme=${next};path=/;max-age=${YEAR};samesite=lax`;
});

// "/" goes to the search box, as people expect.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("#q");
  if (box) {
    event.preventDefault();
    box.focus();
  }
});
