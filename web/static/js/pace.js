// How fast something goes and when it will be done, judged by its last seconds.
const WINDOW = 10_000;

export class Pace {
  constructor(total) {
    Object.assign(this, { total, state: "", seen: [] });
  }

  // Says "8.1 MB/s · 1:05 left" for what is done now; `left` is the sentence with {time} in it.
  at(state, done, left, now = performance.now()) {
    if (state !== this.state) Object.assign(this, { state, seen: [] });
    this.seen.push([now, done]);
    while (this.seen.length > 2 && this.seen[0][0] < now - WINDOW) this.seen.shift();
    const [began, from] = this.seen[0];
    const speed = (1000 * (done - from)) / (now - began);
    if (now - began < 1000 || speed <= 0) return "";
    return `${(speed / 2 ** 20).toLocaleString(undefined, { maximumFractionDigits: 1 })} MB/s · ${left.replace("{time}", clock((this.total - done) / speed))}`;
  }
}

function clock(seconds) {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, at) => (at ? String(part).padStart(2, "0") : part)).join(":");
}
