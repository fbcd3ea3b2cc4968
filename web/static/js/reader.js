// A document's page: bring the place that was found into view; arrow keys turn the pages.
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const place = document.querySelector(".place rect");
if (place) {
  const box = place.getBoundingClientRect();
  const above = Math.max(innerHeight / 5, (innerHeight - box.height) / 2);
  if (box.top > innerHeight / 2 || (box.bottom > innerHeight && box.height < innerHeight)) {
    scrollBy({ top: box.top - above, behavior: calm ? "instant" : "smooth" });
  }
}

const text = document.querySelector("#page-text");
const found = text?.querySelector("mark");
if (found) text.scrollTop = found.offsetTop - text.offsetTop - text.clientHeight / 3;

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, select, .scroll, .page-text") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (rel) document.querySelector(`a[rel="${rel}"]`)?.click();
});
