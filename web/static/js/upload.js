// Files are sent one after the other straight to the API, each with its own progress.
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
}

function add(files) {
  for (const file of files) {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector(".row-name").textContent = file.name;
    row.querySelector(".sending-size").textContent = size(file.size);
    rows.append(row);
    if (file.size > Number(form.dataset.maxBytes)) {
      refuse(row, form.dataset.tooLarge);
    } else {
      queue({ file, row, metadata: metadata() });
    }
  }
}

function queue(item) {
  say(item.row, form.dataset.queued);
  waiting.push(item);
  next();
}

function next() {
  if (busy || !waiting.length) return;
  busy = true;
  send(waiting.shift());
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

function finish(item, request) {
  const { row } = item;
  if (request.status === 200 || request.status === 202) {
    row.querySelector("progress").value = 100;
    say(row, request.status === 200 ? form.dataset.known : form.dataset.accepted);
    offer(row, link(`/jobs/${request.response.job.id}`, form.dataset.open));
    window.htmx?.trigger("#newest", "refresh");
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

function offer(row, element) {
  row.querySelector(".row-side").replaceChildren(element);
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
