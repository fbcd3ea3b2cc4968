// A job's page follows its events; where they can't be had, it asks every two seconds.
const job = document.querySelector("#job");
const PAUSE = 250;
const POLL = 2000;
const NAMES = ["started", "progress", "stage_done", "retry", "released", "worker_lost", "retried", "succeeded", "failed", "cancelled", "quarantined"];
let planned = 0;

function refresh() {
  planned ||= setTimeout(() => {
    planned = 0;
    window.htmx.trigger(job, "refresh");
  }, PAUSE);
}

function poll() {
  const timer = setInterval(() => {
    if (job.querySelector("[data-ended]")) clearInterval(timer);
    else window.htmx.trigger(job, "refresh");
  }, POLL);
}

if (job?.dataset.events) {
  const source = new EventSource(job.dataset.events);
  for (const name of NAMES) source.addEventListener(name, refresh);
  source.addEventListener("end", () => {
    source.close();
    refresh();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) poll();
  });
}
