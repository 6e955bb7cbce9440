// The column beside the table: how to write, what to take away, blanks to fill, and files that could not be read.

import { say } from './words.js';
import { byId, make } from './dom.js';

/** Hands bytes to the browser's downloads, under the name that the answer gives them. */
async function save(answer) {
  const named = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get('Content-Disposition') ?? '');
  const name = named ? decodeURIComponent(named[1]) : answer.url.split('/').pop().split('?')[0];
  const address = URL.createObjectURL(await answer.blob());
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return name;
}

const SETTINGS = { outline: 'outlines', document: 'documents', scheme: 'schemes' };
const DOWNLOADS = {
  summary: 'summary.xlsx',
  reports: 'reports.zip',
  annotated: 'annotated.zip',
  opinions: 'opinions.zip',
};
/** How many files or projects a list below shows. */
const LISTED = 200;

export class Aside {
  /** In `place`; `session()` is the session, `told` takes what was done, `failed` what was refused, `set` new settings. */
  constructor(place, { session, told, failed, set }) {
    Object.assign(this, { place, session, told, failed, set });
    this.formats = new Set(['docx']);
    this.layout = null;
    this.busy = true;
    /** Files that the program could not read, that the page could not even send, and that were passed over. */
    this.unread = { unreadable: [], refused: [], skipped: [] };
    this.missing = null;
  }

  /** Forgets what the program told; it tells it again. */
  clear() {
    Object.assign(this.unread, { unreadable: [], skipped: [] });
    this.missing = null;
    this.listUnread();
  }

  /** Whether there is something to download now. */
  enable(ready) {
    this.busy = !ready;
    for (const button of document.querySelectorAll('[data-download]')) button.disabled = this.busy;
  }

  /** Takes a file that was not read, or passed over. */
  take(kind, file) {
    this.unread[kind].push(file);
    this.waiting ??= setTimeout(() => this.listUnread(), 100);
  }

  /** Shows what the program has to say of a download. */
  remark(message) {
    this.remarks.append(make('p', {}, message));
  }

  draw() {
    const about = this.session().begun;
    this.lists = make('div', { class: 'unread' });
    this.filled = make('div', { class: 'filled', role: 'status' });
    this.remarks = make('div', { class: 'remarks', role: 'status' });
    this.place.replaceChildren(this.lists, this.#downloads(), this.#settings(about), this.#fill(about));
    this.listUnread();
    this.#listMissing();
    this.enable(!this.busy);
  }

  listUnread() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    const { unreadable, refused, skipped } = this.unread;
    const lists = { unreadable: [...refused, ...unreadable], skipped };
    this.lists?.replaceChildren(
      ...Object.entries(lists)
        .filter(([, files]) => files.length > 0)
        .map(([kind, files]) => drawFiles(kind, files)),
    );
  }

  #settings(about) {
    const select = (name) => {
      const choice = make(
        'select',
        { id: `setting-${name}`, change: () => this.set({ [name]: choice.value || null }) },
        name === 'scheme' ? make('option', { value: '' }, say('scheme_of_form')) : null,
        about[SETTINGS[name]].map(({ id, name: called }) => make('option', { value: id }, called)),
      );
      const chosen = about.settings?.[name];
      if (chosen !== undefined) choice.value = chosen ?? '';
      return make('label', {}, make('span', {}, say(name)), choice);
    };
    return make('section', {}, make('h3', {}, say('settings')), Object.keys(SETTINGS).map(select));
  }

  #downloads() {
    const format = (name) => {
      const box = make('input', {
        type: 'checkbox',
        value: name,
        checked: this.formats.has(name),
        change: () => {
          if (box.checked) this.formats.add(name);
          else this.formats.delete(name);
          if (this.formats.size === 0) this.formats.add('docx');
        },
      });
      return make('label', { class: 'check' }, box, `.${name}`);
    };
    const button = (name) =>
      make(
        'button',
        {
          type: 'button',
          class: `icon-down ${name === 'summary' ? 'chief' : ''}`,
          'data-download': name,
          click: (event) => {
            const formats = ['docx', 'txt', 'md'].filter((one) => this.formats.has(one)).join(',');
            this.download(DOWNLOADS[name] + (name === 'reports' ? `?formats=${formats}` : ''), event.currentTarget);
          },
        },
        say(`download_${name}`),
      );
    return make(
      'section',
      { class: 'downloads' },
      make('h3', {}, say('downloads')),
      button('summary'),
      button('reports'),
      make('fieldset', {}, make('legend', {}, say('formats')), ['docx', 'txt', 'md'].map(format)),
      button('annotated'),
      button('opinions'),
      this.remarks,
    );
  }

  #fill(about) {
    const layouts = make(
      'select',
      {
        id: 'layout',
        change: () => {
          this.layout = layouts.value;
        },
      },
      about.layouts.map(({ id, name }) => make('option', { value: id }, name)),
    );
    if (this.layout) layouts.value = this.layout;
    return make(
      'section',
      {},
      make('h3', {}, say('fill')),
      make('p', { class: 'quiet' }, say('fill_what')),
      make(
        'div',
        { class: 'drop small', id: 'drop-blank' },
        make('p', {}, say('fill_drop')),
        make(
          'button',
          { type: 'button', class: 'icon-form', 'data-download': 'fill', click: () => byId('blank').click() },
          say('fill_choose'),
        ),
      ),
      make('label', {}, make('span', {}, say('fill_built_in')), layouts),
      make(
        'button',
        {
          type: 'button',
          class: 'icon-down',
          id: 'fill-built-in',
          'data-download': 'fill',
          click: (event) => this.fill(null, event.currentTarget),
        },
        say('fill_go'),
      ),
      this.filled,
    );
  }

  download(what, button) {
    this.remarks.replaceChildren();
    return this.#while(button, async () => save(await this.session().download(what)));
  }

  /** Fills a blank file, or the chosen built-in one. */
  fill(blank, button = byId('fill-built-in')) {
    return this.#while(button, async () => {
      const layout = byId('layout').value;
      const answer = await this.session().fill(layout, blank);
      const name = await save(answer);
      this.missing = Number(answer.headers.get('X-Missing')) > 0 ? await this.session().missing() : [];
      this.#listMissing();
      return name;
    });
  }

  #listMissing() {
    if (!this.missing) return;
    const { length: count } = this.missing;
    this.filled.replaceChildren(
      count === 0
        ? make('p', {}, say('fill_complete'))
        : make(
            'details',
            { open: true },
            make('summary', {}, say('fill_missing', { count })),
            make(
              'ul',
              {},
              this.missing
                .slice(0, LISTED)
                .map(({ project, missing }) =>
                  make('li', {}, make('b', {}, project), make('p', {}, missing.join('；'))),
                ),
            ),
          ),
    );
  }

  /** Shows on the button that something is being made, and tells how it ended. */
  async #while(button, action) {
    button.classList.add('making');
    button.dataset.making = say('making');
    button.disabled = true;
    this.told(say('making'));
    try {
      this.told(say('saved', { name: await action() }), true);
    } catch (refused) {
      this.failed(refused);
    }
    button.classList.remove('making');
    button.disabled = this.busy;
  }
}

function drawFiles(kind, files) {
  const lines = files
    .slice(0, LISTED)
    .map(({ file, message }) => make('li', {}, make('b', {}, file || '—'), make('p', {}, message)));
  if (files.length > LISTED) lines.push(make('li', {}, '……'));
  const head = make('summary', {}, `${say(kind)} `, make('b', {}, files.length));
  return make('details', { class: kind, open: kind === 'unreadable' }, head, make('ul', {}, lines));
}
