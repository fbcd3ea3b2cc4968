// Files are sent one after the other straight to the API, each with its own progress: small ones at once, big ones in
// parts that survive a cut, a pause and a reload.
import { abandon, BigUpload, fingerprint, position, Refused, unfinished } from "./tus.js";
import { Pace } from "./pace.js";

const BIG = 8 * 2 ** 20;
const form = document.querySelector("#upload");
const drop = document.querySelector("#drop");
const chooser = document.querySelector("#files");
const rows = document.querySelector("#sending");
const template = document.querySelector("#sending-row");
const waiting = [];
let busy = false;

if (form) {
  chooser.addEventListener("change", () => {
    add(chooser.files);
    chooser.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => {
    if (busy) event.preventDefault();
  });
  for (const kept of unfinished()) showUnfinished(kept);
}

function add(files) {
  for (const file of files) {
    document.getElementById(fingerprint(file))?.remove();
    const row = newRow(file.name, file.size);
    if (file.size > Number(form.dataset.maxBytes)) {
      refuse(row, form.dataset.tooLarge);
    } else {
      queue({ file, row, metadata: metadata() });
    }
  }
}

function newRow(name, bytes) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.querySelector(".row-name").textContent = name;
  row.querySelector(".sending-size").textContent = size(bytes);
  rows.append(row);
  return row;
}

function queue(item) {
  say(item.row, form.dataset.queued);
  waiting.push(item);
  next();
}

function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const item = waiting.shift();
  if (item.file.size < BIG) send(item);
  else sendBig(item);
}

function send(item) {
  const body = new FormData();
  body.append("kind", "auto");
  body.append("metadata", JSON.stringify(item.metadata));
  body.append("file", item.file, item.file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.url);
  request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
  request.responseType = "json";
  say(item.row, form.dataset.sending);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) item.row.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("loadend", () => {
    busy = false;
    finish(item, request);
    next();
  });
  request.send(body);
}

async function sendBig(item) {
  const pace = new Pace(item.file.size);
  item.big ??= new BigUpload(item.file, item.metadata, (news) => tell(item, news, item.pace));
  item.pace = pace;
  offer(item.row, button(form.dataset.pause, () => item.big.pause()), cancelling(item));
  try {
    const ended = await item.big.run(form.dataset.uploads);
    if (ended) accept(item.row, ended.job_id, ended.known);
    else offer(item.row, button(form.dataset.resume, () => queue(item)), cancelling(item));
  } catch (error) {
    refuse(item.row, error instanceof Refused ? error.message : form.dataset.unreachable);
    offer(item.row, button(form.dataset.again, () => queue(item)));
  }
  busy = false;
  next();
}

function tell(item, { state, done }, pace) {
  item.row.querySelector("progress").value = (100 * done) / item.file.size;
  say(item.row, form.dataset[state]);
  const moving = state === "sending" || state === "checking";
  item.row.querySelector(".sending-pace").textContent = moving ? pace.at(state, done, form.dataset.left) : "";
}

function cancelling(item) {
  return button(form.dataset.cancel, async () => {
    await item.big.cancel();
    item.row.remove();
  });
}

async function showUnfinished(kept) {
  const row = newRow(kept.filename, kept.bytes);
  row.id = kept.name;
  say(row, form.dataset.chooseAgain);
  offer(row, button(form.dataset.cancel, () => abandon(kept).finally(() => row.remove())));
  try {
    row.querySelector("progress").value = (100 * (await position(kept.url))) / kept.bytes;
  } catch {
    row.remove(); // expired, or somebody else's
  }
}

function accept(row, jobId, known) {
  row.querySelector("progress").value = 100;
  row.querySelector(".sending-pace").textContent = "";
  say(row, known ? form.dataset.known : form.dataset.accepted);
  offer(row, link(`/jobs/${jobId}`, form.dataset.open));
  window.htmx?.trigger("#newest", "refresh");
}

function finish(item, request) {
  const { row } = item;
  if (request.status === 200 || request.status === 202) {
    accept(row, request.response.job.id, request.status === 200);
  } else {
    refuse(row, request.response?.errors?.[0]?.message ?? request.response?.detail ?? form.dataset.unreachable);
    offer(row, button(form.dataset.again, () => queue(item)));
  }
}

function metadata() {
  const given = ["product", "liver", "title"].map((name) => [name, form.elements[name].value.trim()]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

function say(row, text) {
  const state = row.querySelector(".sending-state");
  state.textContent = text;
  state.classList.remove("text-bad");
}

function refuse(row, text) {
  say(row, text);
  row.querySelector(".sending-state").classList.add("text-bad");
  row.querySelector("progress").value = 0;
}

function offer(row, ...elements) {
  row.querySelector(".row-side").replaceChildren(...elements);
}

function link(address, text) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  made.className = "button small";
  return made;
}

function button(text, click) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.className = "button small";
  made.addEventListener("click", click, { once: true });
  return made;
}

function size(bytes) {
  const units = [["GB", 2 ** 30], ["MB", 2 ** 20], ["KB", 2 ** 10]];
  const [unit, one] = units.find(([, least]) => bytes >= least) ?? ["B", 1];
  return `${(bytes / one).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${unit}`;
}
