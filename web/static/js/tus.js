// A big file on its way by tus 1.0: sent in parts, gone on with after a cut, a reload, a restart. Where a file of the
// same size is there already it is hashed first, and not sent if it is the same.
const PART = 32 * 2 ** 20;
const LONGEST_WAIT = 15_000;
const KEPT = "shiomi-upload ";
const TUS = { "Tus-Resumable": "1.0.0" };

export class Refused extends Error {}
class Gone extends Error {}

// `told` hears { state: "checking" | "sending" | "lost" | "paused", done } while it goes on.
export class BigUpload {
  constructor(file, about, told) {
    Object.assign(this, { file, about, told, paused: false, name: fingerprint(file) });
  }

  // Gives { job_id, known }, or null when it was paused; throws Refused with a sentence for people.
  async run(collection) {
    this.paused = false;
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const before = this.done;
      try {
        return await this.once(collection);
      } catch (error) {
        if (this.paused) return null;
        if (error instanceof Refused) {
          forget(this.name);
          throw error;
        }
        if (error instanceof Gone) forget(this.name);
        if (this.done > before) wait = 1000;
        this.told({ state: "lost", done: this.done ?? 0 });
        await this.pause_for(wait);
        if (this.paused) return null;
      }
    }
  }

  pause() {
    this.paused = true;
    this.request?.abort();
    this.worker?.terminate();
    this.stop_hashing?.();
    this.wake?.();
    this.told({ state: "paused", done: this.done ?? 0 });
  }

  async cancel() {
    this.pause();
    const kept = recall(this.name);
    forget(this.name);
    if (kept) await fetch(kept.url, { method: "DELETE", headers: signed(TUS) });
  }

  async once(collection) {
    let kept = recall(this.name);
    if (!kept) {
      const begun = await this.begin(collection);
      kept = { url: `${collection}/${begun.upload.id}`, filename: this.file.name, bytes: this.file.size };
      remember(this.name, kept);
      this.hash_first = begun.hash_first;
    }
    if (this.hash_first) {
      this.sha256 ??= await this.hash();
      const said = await this.post(`${kept.url}/hash`, { sha256: this.sha256 });
      this.hash_first = false;
      if (said.known) {
        forget(this.name);
        return { job_id: said.upload.job_id, known: true };
      }
    }
    this.done = await position(kept.url);
    while (this.done < this.file.size) this.done = await this.send(kept.url);
    const ended = await json(await fetch(`${kept.url}/complete`, { method: "POST", headers: signed() }));
    forget(this.name);
    return { job_id: ended.upload.job_id, known: false };
  }

  hash() {
    return new Promise((resolve, reject) => {
      this.worker = new Worker(new URL("sha256.js", import.meta.url), { type: "module" });
      this.stop_hashing = () => reject(new Error("paused"));
      this.worker.onerror = () => reject(new Error("no worker"));
      this.worker.onmessage = ({ data }) => {
        if (data.sha256) {
          this.worker.terminate();
          resolve(data.sha256);
        } else {
          this.told({ state: "checking", done: data.done });
        }
      };
      this.worker.postMessage(this.file);
    });
  }

  begin(collection) {
    return this.post(collection, { filename: this.file.name, bytes: this.file.size, kind: "auto", metadata: this.about });
  }

  async post(url, body) {
    const headers = signed({ "Content-Type": "application/json" });
    return json(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  send(url) {
    const start = this.done;
    return new Promise((resolve, reject) => {
      const request = (this.request = new XMLHttpRequest());
      request.open("PATCH", url);
      const headers = signed({ ...TUS, "Upload-Offset": start, "Content-Type": "application/offset+octet-stream" });
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => this.told({ state: "sending", done: start + loaded });
      request.onload = () => {
        if (request.status === 204) resolve(Number(request.getResponseHeader("Upload-Offset")));
        else reject(problem(request.status, request.responseText));
      };
      request.onerror = request.onabort = request.ontimeout = () => reject(new Error("cut"));
      request.send(this.file.slice(start, start + PART));
    });
  }

  pause_for(milliseconds) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, milliseconds);
      addEventListener("online", resolve, { once: true });
    });
  }
}

// Uploads that this browser has begun and not ended: [{ name, url, filename, bytes }].
export function unfinished() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(KEPT));
  return names.map((name) => ({ name, ...recall(name) }));
}

export async function abandon({ name, url }) {
  forget(name);
  await fetch(url, { method: "DELETE", headers: signed(TUS) });
}

export async function position(url) {
  const answer = await fetch(url, { method: "HEAD", headers: TUS, cache: "no-store" });
  if (!answer.ok) throw problem(answer.status, "");
  return Number(answer.headers.get("Upload-Offset"));
}

export function fingerprint({ name, size, lastModified }) {
  return KEPT + [name, size, lastModified].join(" ");
}

function problem(status, text) {
  if (status === 404 || status === 410) return new Gone();
  if (status === 409 || status === 423 || status === 429 || status >= 500) return new Error(String(status));
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    // A proxy's page says nothing to people.
  }
  return new Refused(said.errors?.[0]?.message ?? said.detail ?? String(status));
}

async function json(answer) {
  const text = await answer.text();
  if (!answer.ok) throw problem(answer.status === 507 ? 413 : answer.status, text);
  return JSON.parse(text);
}

function signed(more = {}) {
  return { ...more, "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
}

function recall(name) {
  return JSON.parse(localStorage.getItem(name));
}

function remember(name, kept) {
  localStorage.setItem(name, JSON.stringify(kept));
}

function forget(name) {
  localStorage.removeItem(name);
}
