// What the page asks of the program.

import { language } from './words.js';

/** A refusal, its message as the program worded it; `status` 0 if the program cannot be reached. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`api/${path}`, options);
  } catch {
    throw new Refused(0, '');
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, told.error ?? '');
}

const worded = (path) => `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;

/** A session: one page's forms, held by the program as long as the page listens. */
export class Session {
  constructor(begun) {
    this.begun = begun;
    this.path = `sessions/${begun.session}`;
  }

  /** The session that this tab had before a reload, or else a new one. */
  static async open() {
    const kept = sessionStorage.getItem('session');
    if (kept) {
      try {
        return new Session(await (await ask(worded(`sessions/${kept}`))).json());
      } catch (refused) {
        if (refused.status === 0) throw refused;
      }
    }
    const begun = await (await ask(worded('sessions'), { method: 'POST' })).json();
    sessionStorage.setItem('session', begun.session);
    return new Session(begun);
  }

  /** Listens to what happens: `handlers` by the event's name; `lost` when the stream breaks, `found` when it is there. */
  listen(handlers, lost, found) {
    this.stream?.close();
    this.stream = new EventSource(`api/${worded(`${this.path}/events`)}`);
    for (const [name, handler] of Object.entries(handlers)) {
      this.stream.addEventListener(name, (event) => handler(JSON.parse(event.data)));
    }
    this.stream.onopen = found;
    this.stream.onerror = lost;
  }

  /** The names of outlines and the like, in the page's language, and the settings as they stand. */
  about() {
    return this.#json(this.path);
  }
  async #json(path) {
    return (await ask(worded(path))).json();
  }
  project(index) {
    return this.#json(`${this.path}/projects/${index}`);
  }
  code(code) {
    return this.#json(`${this.path}/codes/${encodeURIComponent(code)}`);
  }
  missing() {
    return this.#json(`${this.path}/fill/missing`);
  }
  send(name, file) {
    return ask(worded(`${this.path}/files?name=${encodeURIComponent(name)}`), { method: 'POST', body: file });
  }
  read() {
    return ask(worded(`${this.path}/read`), { method: 'POST' });
  }
  forget() {
    return ask(`${this.path}/files`, { method: 'DELETE' });
  }
  set(settings) {
    const headers = { 'Content-Type': 'application/json' };
    return ask(worded(`${this.path}/settings`), { method: 'POST', headers, body: JSON.stringify(settings) });
  }
  download(what) {
    return ask(worded(`${this.path}/download/${what}`));
  }
  fill(layout, blank) {
    const query = blank ? `name=${encodeURIComponent(blank.name)}` : `layout=${encodeURIComponent(layout)}`;
    return ask(worded(`${this.path}/fill?${query}`), { method: 'POST', body: blank });
  }
}
