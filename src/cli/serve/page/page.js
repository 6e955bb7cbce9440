// The page of `jixiao serve`: what is on it, and what leads from one thing to another.
//
// Where one is stands in the address, after #: `?sort=-score&level=error&text=…` is the list so arranged,
// `project/3/form/J18` a project with its tab and cell; so the browser's Back works and an address can be kept.

import { language, say, speak } from './words.js';
import { byId, make } from './dom.js';
import { Refused, Session } from './server.js';
import { acceptDrops, chosen, overLimit, send } from './inputs.js';
import { LEVELS, List } from './list.js';
import { drawTotals } from './totals.js';
import { Opened, TABS } from './project.js';
import { showExplained } from './explained.js';
import { Aside } from './downloads.js';

const state = {
  session: null,
  /** Files on their way to the program: done and total. */
  sending: null,
  /** Whether the program has been asked to read and has not said yet that it is done. */
  reading: false,
  progress: null,
  settled: null,
  /** Whether any file was put in. */
  begun: false,
  /** The index of the project that is open. */
  open: null,
  /** The address of the list, to come back to. */
  list: '',
  /** How far the list was scrolled when a project was opened. */
  scrolled: 0,
};

// Notices -----------------------------------------------------------------------------------------------------------

function notice(what, advice, kind = 'bad') {
  byId('notice-what').textContent = what;
  byId('notice-advice').textContent = advice;
  byId('notice').dataset.kind = kind;
  byId('notice').hidden = false;
  clearTimeout(state.noticed);
  if (kind === 'good') state.noticed = setTimeout(() => hideNotice('good'), 8000);
}

function hideNotice(kind) {
  if (!kind || byId('notice').dataset.kind === kind) byId('notice').hidden = true;
}

function told(text, seen = false) {
  byId('status').textContent = text;
  if (seen) notice(text, '', 'good');
}

function failed(refused) {
  if (!(refused instanceof Refused)) throw refused;
  if (refused.status === 0) {
    notice(say('gone'), say('gone_advice'), 'gone');
  } else if (refused.status === 404 && !refused.message) {
    notice(say('failed'), say('failed_advice'));
  } else {
    notice(say('failed'), refused.message || say('failed_advice'));
  }
}

// What the program tells --------------------------------------------------------------------------------------------

const list = new List(
  byId('list'),
  (sort) => arrange({ sort }),
  (shown, all) => {
    byId('shown').textContent = shown === all ? '' : say('shown', { shown, all });
    list.empty.hidden = shown > 0 || all === 0;
    byId('overview').classList.toggle('no-projects', all === 0);
  },
);

const aside = new Aside(byId('aside'), { session: () => state.session, told, failed, set });

function forgetAll() {
  Object.assign(state, { progress: null, settled: null });
  list.clear();
  aside.clear();
  showTotals();
}

const handlers = {
  rows: taken,
  unreadable: (file) => {
    state.begun = true;
    aside.take('unreadable', file);
    laterTotals();
  },
  skipped: (file) => aside.take('skipped', file),
  notice: ({ message }) => aside.remark(message),
  progress: (progress) => {
    state.progress = progress;
    drawProgress();
  },
  settled: (settled) => {
    const news = state.reading;
    Object.assign(state, { settled, reading: false, progress: null });
    list.refresh();
    showTotals();
    drawProgress();
    if (settled.projects > 0 && news) told(say('settled', settled));
    if (settled.projects === 0 && news) notice(say('no_forms'), say('no_forms_advice'));
    if (state.open !== null) route(true);
  },
};

function taken(rows) {
  state.begun = true;
  list.take(rows);
  laterTotals();
}

function listen() {
  state.session.listen(
    handlers,
    () => {
      clearTimeout(state.lost);
      state.lost = setTimeout(async () => {
        try {
          await state.session.about();
        } catch (refused) {
          if (refused.status === 404) await begin(true);
          else failed(refused);
        }
      }, 1000);
    },
    () => {
      // The program tells all from the beginning to whoever begins to listen.
      clearTimeout(state.lost);
      hideNotice('gone');
      forgetAll();
    },
  );
}

/** Opens a session; `again` if the one before was forgotten by the program. */
async function begin(again = false) {
  try {
    state.session = await Session.open();
  } catch (refused) {
    failed(refused);
    return;
  }
  if (again) {
    startAnew();
    notice(say('forgotten'), say('forgotten_advice'));
  }
  aside.draw();
  listen();
}

function startAnew() {
  Object.assign(state, { begun: false, sending: null, reading: false });
  aside.unread.refused = [];
  forgetAll();
  drawProgress();
  location.hash = '';
}

// Files in ----------------------------------------------------------------------------------------------------------

async function putIn(files) {
  if (!state.session) await begin();
  if (!state.session || state.sending) return;
  hideNotice();
  if (files.length === 0) return notice(say('nothing_dropped'), say('nothing_dropped_advice'));
  const over = overLimit(files, state.session.begun.limits);
  if (over) return notice(say(over[0], over[1]), say(`${over[0]}_advice`));
  Object.assign(state, { begun: true, reading: true, sending: { done: 0, total: files.length } });
  if (state.open !== null) location.hash = state.list;
  drawProgress();
  try {
    await send(
      files,
      state.session,
      (done, total) => {
        state.sending = { done, total };
        drawProgress();
      },
      (file) => aside.take('refused', file),
    );
    await state.session.read();
  } catch (refused) {
    state.reading = false;
    failed(refused);
  }
  state.sending = null;
  drawProgress();
}

async function set(settings) {
  // The style of documents is no matter of what was read.
  const readAgain = !('document' in settings) && list.rows.length > 0;
  if (readAgain) {
    state.reading = true;
    forgetAll();
    drawProgress();
  }
  try {
    await state.session.set(settings);
    state.session.begun.settings = { ...state.session.begun.settings, ...settings };
  } catch (refused) {
    state.reading = false;
    drawProgress();
    failed(refused);
  }
}

function drawProgress() {
  const { sending, reading, progress, begun } = state;
  const busy = Boolean(sending) || reading;
  const bar = byId('progress-bar');
  document.body.dataset.busy = busy;
  byId('progress').hidden = !busy;
  byId('welcome').hidden = begun || state.open !== null;
  byId('overview').hidden = !begun || state.open !== null;
  byId('actions').hidden = !begun;
  for (const id of ['add-files', 'add-folder', 'start-over']) byId(id).disabled = Boolean(sending);
  aside.enable(!busy && (state.settled?.projects ?? 0) > 0);
  const shown = progress && progress.total > 0 && progress.done < progress.total ? progress : sending;
  if (shown) {
    bar.max = shown.total;
    bar.value = shown.done;
  } else {
    bar.removeAttribute('value');
  }
  const text = !busy ? '' : say(shown === null ? 'comparing' : shown === sending ? 'sending' : 'reading', shown ?? {});
  byId('progress-text').textContent = text;
  // A reader that speaks is told every few seconds, not at every file.
  if (busy && Date.now() - (state.spoken ?? 0) > 4000) {
    state.spoken = Date.now();
    told(text);
  }
}

function laterTotals() {
  state.waiting ??= setTimeout(showTotals, 200);
}

function showTotals() {
  clearTimeout(state.waiting);
  state.waiting = undefined;
  byId('totals').replaceChildren(
    ...drawTotals(list.rows, state.settled, aside.unread.unreadable.length + aside.unread.refused.length),
  );
}

// Where one is ------------------------------------------------------------------------------------------------------

/** The list's address for how it is arranged. */
function listAddress({ sort, text, level }) {
  const query = new URLSearchParams();
  if (sort.column !== 'index' || sort.down) query.set('sort', (sort.down ? '-' : '') + sort.column);
  if (level) query.set('level', level);
  if (text) query.set('text', text);
  return String(query) === '' ? '#' : `#?${query}`;
}

/** Arranges the list otherwise; the address follows, without a step for Back. */
function arrange(change) {
  const arranged = { sort: list.sort, text: list.text, level: list.level, ...change };
  state.list = listAddress(arranged);
  history.replaceState(null, '', state.list);
  list.arrange(arranged);
}

function projectAddress({ index, tab = 'form', cell }) {
  return `#project/${index}${tab !== 'form' || cell ? `/${tab}` : ''}${cell ? `/${encodeURIComponent(cell)}` : ''}`;
}

const opened = new Opened(byId('project'), {
  go: (where) => {
    if (where.list) {
      toList();
      return;
    }
    const tab = where.tab ?? opened.tab;
    history.replaceState(history.state, '', projectAddress({ index: state.open, tab, ...where }));
    route();
  },
  explain,
  download: (what, button) => aside.download(what, button),
});

function toList() {
  location.hash = state.list || '#';
}

/** Shows what the address says; `afresh` if the project that is open has changed. */
function route(afresh = false) {
  const where = location.hash.slice(1);
  const [, index, tab, cell] = /^project\/(\d+)(?:\/(\w+))?(?:\/(.+))?$/.exec(where) ?? [];
  if (index === undefined) {
    showList(new URLSearchParams(where.startsWith('?') ? where.slice(1) : ''));
  } else {
    showProject(Number(index), TABS.includes(tab) ? tab : 'form', cell && decodeURIComponent(cell), afresh);
  }
}

function showList(query) {
  const left = state.open;
  state.open = null;
  byId('project').hidden = true;
  drawProgress();
  const sort = query.get('sort') ?? 'index';
  const arranged = {
    sort: { column: sort.replace(/^-/, ''), down: sort.startsWith('-') },
    text: query.get('text') ?? '',
    level: query.get('level') ?? '',
  };
  state.list = listAddress(arranged);
  byId('filter').value = arranged.text;
  byId('level').value = arranged.level;
  list.arrange(arranged);
  if (left !== null) {
    list.scroller.scrollTop = state.scrolled;
    list.focus(left);
  }
}

async function showProject(index, tab, cell, afresh) {
  if (state.open === index && opened.told && !afresh) {
    opened.show(tab, cell);
    return;
  }
  if (state.open === null) state.scrolled = list.scroller.scrollTop;
  const moved = state.open !== index;
  state.open = index;
  byId('project').hidden = false;
  drawProgress();
  if (moved) opened.loading();
  try {
    if (!state.session) await begin();
    const about = await state.session.project(index);
    if (state.open !== index) return;
    const place = list.placeOf(index);
    const [previous, next] = place > 0 ? [-1, 1].map((step) => list.neighbour(index, step)) : [];
    opened.draw(about, { place, all: list.view.length, previous, next }, tab, cell);
    if (moved && !cell) opened.title.focus({ preventScroll: true });
    if (moved) scrollTo(0, 0);
    drawProgress();
  } catch (refused) {
    if (refused.status === 404) toList();
    failed(refused);
  }
}

async function explain(code) {
  try {
    showExplained(byId('explained'), await state.session.code(code));
  } catch (refused) {
    failed(refused);
  }
}

// Language and light ------------------------------------------------------------------------------------------------

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing forgets this with the page.
  }
}

async function speakAnew(chosenLanguage) {
  speak(chosenLanguage);
  byId('language').textContent = say('other_language');
  byId('language').lang = language === 'en' ? 'zh-CN' : 'en';
  list.empty.replaceChildren(
    make('p', {}, say('none_shown')),
    make('button', { type: 'button', click: clearFilter }, say('clear_filter')),
  );
  list.relabel();
  showTotals();
  hideNotice();
  if (!state.session) return;
  try {
    state.session.begun = { ...state.session.begun, ...(await state.session.about()) };
    aside.draw();
    listen();
    drawProgress();
    if (state.open !== null) await route(true);
  } catch (refused) {
    failed(refused);
  }
}

function clearFilter() {
  byId('filter').value = '';
  byId('level').value = '';
  arrange({ text: '', level: '' });
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');

function light() {
  const theme = remembered('theme') ?? (systemDark.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
  byId('theme').setAttribute('aria-pressed', theme === 'dark');
}

// What the user does ------------------------------------------------------------------------------------------------

for (const id of ['choose-files', 'add-files']) byId(id).addEventListener('click', () => byId('files').click());
for (const id of ['choose-folder', 'add-folder']) byId(id).addEventListener('click', () => byId('folder').click());
for (const id of ['files', 'folder']) byId(id).addEventListener('change', () => putIn(chosen(byId(id))));
byId('blank').addEventListener('change', () => {
  const [blank] = chosen(byId('blank'));
  if (blank) aside.fill(blank.file);
});
byId('start-over').addEventListener('click', async () => {
  if (!confirm(say('sure'))) return;
  hideNotice();
  startAnew();
  try {
    await state.session.forget();
  } catch (refused) {
    failed(refused);
  }
});
byId('filter').addEventListener('input', () => arrange({ text: byId('filter').value }));
byId('level').addEventListener('change', () => arrange({ level: byId('level').value }));
byId('notice-close').addEventListener('click', () => hideNotice());
byId('skip').addEventListener('click', () => byId('main').focus());
byId('language').addEventListener('click', () => {
  const other = language === 'en' ? 'zh' : 'en';
  remember('language', other);
  speakAnew(other);
});
byId('theme').addEventListener('click', () => {
  remember('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  light();
});
systemDark.addEventListener('change', light);
addEventListener('hashchange', () => route());
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && state.open !== null && !byId('explained').open) toList();
});

acceptDrops('#drop-blank', {
  over: (onBlank) => {
    byId('over').hidden = onBlank !== false;
    byId('drop-blank')?.classList.toggle('over-it', onBlank === true);
  },
  dropped: (files, onBlank) => {
    if (!onBlank) putIn(files);
    else if (files.length > 0 && !aside.busy) aside.fill(files[0].file);
  },
});

light();
speakAnew(new URLSearchParams(location.search).get('lang') ?? remembered('language') ?? 'zh');
await begin();
route();
