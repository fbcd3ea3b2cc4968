// A picture in a frame: larger and smaller by button, key, Ctrl and wheel or two fingers; dragged; moved to a box.
import { calm } from "./look.js";

const STEP = 1.25;
const LARGEST = 8;
const LEGIBLE = 30; // a box is shown at least this high
const DRAGGED = 4;

export class Lens {
  constructor(root) {
    this.stage = root.querySelector(".lens-stage");
    this.canvas = root.querySelector(".lens-canvas");
    this.output = root.querySelector(".lens-share");
    this.width = Number(this.canvas.dataset.width);
    this.height = Number(this.canvas.dataset.height);
    this.fitted = true;
    this.touches = new Map();
    this.stage.classList.add("live");
    this.#listen();
    new ResizeObserver(() => this.fitted && this.fit()).observe(this.stage);
    this.fit();
  }

  fit() {
    this.stage.style.setProperty("--tall", `${(this.height * this.stage.clientWidth) / this.width + 2}px`);
    const whole = Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height, 2);
    this.#show(whole);
    this.fitted = true;
  }

  zoom(larger) {
    this.zoomTo(this.share * (larger ? STEP : 1 / STEP), this.#middle());
  }

  // Zoom so that the point of the picture under (x, y) of the window stays where it is.
  zoomTo(share, [x, y]) {
    const before = this.canvas.getBoundingClientRect();
    const [left, top] = [(x - before.left) / this.share, (y - before.top) / this.share];
    this.#show(share);
    const after = this.canvas.getBoundingClientRect();
    this.stage.scrollLeft += after.left + left * this.share - x;
    this.stage.scrollTop += after.top + top * this.share - y;
  }

  goTo([x, y, width, height]) {
    const fits = Math.min((this.stage.clientWidth * 0.8) / width, (this.stage.clientHeight * 0.8) / height);
    const wanted = Math.min(Math.max(this.share, LEGIBLE / height), fits, 4);
    const same = Math.abs(wanted - this.share) < 0.001;
    if (!same) this.#show(wanted);
    this.stage.scrollTo({
      left: this.canvas.offsetLeft + (x + width / 2) * this.share - this.stage.clientWidth / 2,
      top: this.canvas.offsetTop + (y + height / 2) * this.share - this.stage.clientHeight / 2,
      behavior: same && !calm ? "smooth" : "instant",
    });
  }

  #show(share) {
    const least = Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height, 1) / 2;
    this.share = Math.min(Math.max(share, least), LARGEST);
    this.fitted = false;
    this.canvas.style.width = `${this.width * this.share}px`;
    this.output.textContent = `${Math.round(this.share * 100)} %`;
  }

  #middle() {
    const frame = this.stage.getBoundingClientRect();
    return [frame.left + frame.width / 2, frame.top + frame.height / 2];
  }

  #listen() {
    const { stage } = this;
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoomTo(this.share * Math.exp(-event.deltaY / 300), [event.clientX, event.clientY]);
    }, { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) stage.addEventListener(name, (event) => this.#up(event));
    stage.addEventListener("click", (event) => {
      if (!this.dragged) return;
      event.preventDefault();
      event.stopPropagation();
      this.dragged = false;
    }, true);
    stage.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  }

  #down(event) {
    if (event.button !== 0) return;
    this.touches.set(event.pointerId, [event.clientX, event.clientY]);
    this.dragged = false;
    this.apart = this.#apart();
  }

  // One finger scrolls by itself; the mouse drags, two fingers zoom.
  #move(event) {
    const before = this.touches.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    if (this.touches.size === 2) {
      this.touches.set(event.pointerId, now);
      this.#pinch();
    } else if (event.pointerType === "mouse" && (this.dragged || Math.hypot(now[0] - before[0], now[1] - before[1]) > DRAGGED)) {
      this.dragged = true;
      this.stage.scrollLeft -= now[0] - before[0];
      this.stage.scrollTop -= now[1] - before[1];
      this.touches.set(event.pointerId, now);
    }
  }

  #up(event) {
    this.touches.delete(event.pointerId);
    this.apart = 0;
  }

  #pinch() {
    const apart = this.#apart();
    const [[ax, ay], [bx, by]] = this.touches.values();
    if (this.apart) this.zoomTo((this.share * apart) / this.apart, [(ax + bx) / 2, (ay + by) / 2]);
    this.apart = apart;
  }

  #apart() {
    if (this.touches.size !== 2) return 0;
    const [[ax, ay], [bx, by]] = this.touches.values();
    return Math.hypot(ax - bx, ay - by);
  }
}
