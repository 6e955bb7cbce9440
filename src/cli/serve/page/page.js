// The page of `jixiao serve`: what is on it, and what leads from one thing to another.
//
// Where one is stands in the address, after #: `?sort=-score&level=error&text=…` is the list so arranged,
// `project/3/form/J18` a project with its tab and cell; so the browser's Back works and an address can be kept.

import { language, say, speak } from './words.js';
import { byId, make } from './dom.js';
import { Refused, Session } from './server.js';
import { chosen, dropped, overLimit, send } from './inputs.js';
import { LEVELS, List } from './list.js';
import { Opened, TABS } from './project.js';
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
};

// Notices -----------------------------------------------------------------------------------------------------------

function notice(what, advice, kind = 'bad') {
  byId('notice-what').textContent = what;
  byId('notice-advice').textContent = advice;
  byId('notice').dataset.kind = kind;
  byId('notice').hidden = false;
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

const list = new List(byId('list'), (sort) => arrange({ sort }), (shown, all) => {
  byId('shown').textContent = shown === all ? '' : say('shown', { shown, all });
  list.empty.hidden = shown > 0 || all === 0;
  byId('overview').classList.toggle('no-projects', all === 0);
});

const aside = new Aside(byId('aside'), { session: () => state.session, told, failed, set });

function forgetAll() {
  Object.assign(state, { progress: null, settled: null });
  list.clear();
  aside.clear();
  drawTotals();
}

const handlers = {
  began: forgetAll,
  project: (row) => taken([row]),
  rows: taken,
  unreadable: (file) => { state.begun = true; aside.take('unreadable', file); laterTotals(); },
  skipped: (file) => aside.take('skipped', file),
  progress: (progress) => { state.progress = progress; drawProgress(); },
  settled: (settled) => {
    const news = state.reading;
    Object.assign(state, { settled, reading: false, progress: null });
    list.refresh();
    drawTotals();
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
  state.session.listen(handlers, () => {
    clearTimeout(state.lost);
    state.lost = setTimeout(async () => {
      try {
        await state.session.about();
      } catch (refused) {
        if (refused.status === 404) await begin(true);
        else failed(refused);
      }
    }, 1000);
  }, () => {
    clearTimeout(state.lost);
    hideNotice('gone');
  });
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
    await send(files, state.session, (done, total) => {
      state.sending = { done, total };
      drawProgress();
    }, handlers.unreadable);
    await state.session.read();
  } catch (refused) {
    state.reading = false;
    failed(refused);
  }
  state.sending = null;
  drawProgress();
}

async function set(settings) {
  Object.assign(state, { reading: true });
  drawProgress();
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
  byId('progress').hidden = !busy;
  byId('welcome').hidden = begun || state.open !== null;
  byId('overview').hidden = !begun || state.open !== null;
  byId('actions').hidden = !begun;
  for (const id of ['add-files', 'add-folder']) byId(id).disabled = Boolean(sending);
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
  state.waiting ??= setTimeout(drawTotals, 200);
}

/** The strip above the table: from the rows while they come, from the program once it has compared them. */
function drawTotals() {
  clearTimeout(state.waiting);
  state.waiting = undefined;
  const rows = list.rows;
  const sum = (name) => rows.reduce((all, row) => all + (row?.[name] ?? 0), 0);
  const settled = state.settled;
  const levels = settled ?? { errors: sum('errors'), warnings: sum('warnings'), notes: sum('notes') };
  const total = (name, ...shown) => make('div', { class: name }, make('dt', {}, say(`total_${name}`)), make('dd', {}, shown));
  const numbers = { error: levels.errors, warning: levels.warnings, note: levels.notes };
  byId('totals').replaceChildren(...[
    total('projects', settled?.projects ?? rows.length),
    total('mean', settled?.mean ?? '—'),
    total('grades', settled?.grades?.length > 0 ? settled.grades.map(({ grade, count }) => make('span', { class: 'pair' }, `${grade || say('no_grade')} `, make('b', {}, count))) : '—'),
    total('problems', LEVELS.map((level) => make('span', { class: `pair ${level}` }, make('span', { class: `sign ${level}` }), `${say(level)} `, make('b', {}, numbers[level])))),
    total('gaps', settled ? say('gaps_places', { count: settled.gaps }) : '—'),
    aside.unread.unreadable.length > 0 ? total('unreadable', aside.unread.unreadable.length) : null,
  ].filter(Boolean));
}

// Where one is ------------------------------------------------------------------------------------------------------

/** The list's address for how it is arranged. */
function listAddress({ sort, text, level }) {
  const query = new URLSearchParams();
  if (sort.column !== 'index' || sort.down) query.set('sort', (sort.down ? '-' : '') + sort.column);
  if (level) query.set('level', level);
  if (text) query.set('text', text);
  return query.size === 0 && String(query) === '' ? '#' : `#?${query}`;
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
async function route(afresh = false) {
  const where = location.hash.slice(1);
  const [, index, tab, cell] = /^project\/(\d+)(?:\/(\w+))?(?:\/(.+))?$/.exec(where) ?? [];
  if (index === undefined) {
    const left = state.open;
    state.open = null;
    byId('project').hidden = true;
    document.body.classList.remove('project-open');
    drawProgress();
    const query = new URLSearchParams(where.startsWith('?') ? where.slice(1) : '');
    const sort = query.get('sort') ?? 'index';
    const arranged = { sort: { column: sort.replace(/^-/, ''), down: sort.startsWith('-') }, text: query.get('text') ?? '', level: query.get('level') ?? '' };
    state.list = listAddress(arranged);
    byId('filter').value = arranged.text;
    byId('level').value = arranged.level;
    const scrolled = state.scrolled ?? 0;
    list.arrange(arranged);
    if (left !== null) {
      list.scroller.scrollTop = scrolled;
      list.focus(left);
    }
    return;
  }
  const wanted = { index: Number(index), tab: TABS.includes(tab) ? tab : 'form', cell: cell && decodeURIComponent(cell) };
  if (state.open === wanted.index && opened.told && !afresh) {
    opened.show(wanted.tab, wanted.cell);
    return;
  }
  if (state.open === null) state.scrolled = list.scroller.scrollTop;
  const moved = state.open !== wanted.index;
  state.open = wanted.index;
  byId('project').hidden = false;
  document.body.classList.add('project-open');
  drawProgress();
  if (moved) {
    opened.told = null;
    opened.loading();
  }
  try {
    if (!state.session) await begin();
    const about = await state.session.project(wanted.index);
    if (state.open !== wanted.index) return;
    const around = {
      place: list.placeOf(wanted.index), all: list.view.length,
      previous: list.neighbour(wanted.index, -1), next: list.placeOf(wanted.index) > 0 ? list.neighbour(wanted.index, 1) : undefined,
    };
    opened.draw(about, around, wanted.tab, wanted.cell);
    if (moved && !wanted.cell) opened.title.focus({ preventScroll: true });
    if (moved) scrollTo(0, 0);
    drawProgress();
  } catch (refused) {
    if (refused.status === 404) toList();
    failed(refused);
  }
}

async function explain(code) {
  const dialog = byId('explained');
  try {
    const told = await state.session.code(code);
    const line = (word, texts) => {
      const kept = [texts].flat().filter(Boolean);
      return kept.length === 0 ? null : [make('dt', {}, say(word)), ...kept.map((text) => make('dd', {}, text))];
    };
    dialog.replaceChildren(
      make('h2', { id: 'explained-title' }, make('span', { class: `sign ${told.level}` }, say(LEVELS.includes(told.level) ? told.level : 'error')), ` ${told.code} ${told.name}`),
      make('dl', {}, [line('explain', told.explain), line('advice', told.hint), line('threshold', told.threshold), line('sources', told.sources ?? told.source), line('examples', told.examples)].flat().filter(Boolean)),
      make('form', { method: 'dialog' }, make('button', { class: 'chief' }, say('close'))),
    );
    dialog.showModal();
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
  list.empty.replaceChildren(make('p', {}, say('none_shown')), make('button', { type: 'button', click: () => { route.clear(); } }, say('clear_filter')));
  list.relabel();
  drawTotals();
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

const systemDark = matchMedia('(prefers-color-scheme: dark)');

function light() {
  const theme = remembered('theme') ?? (systemDark.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
  byId('theme').setAttribute('aria-pressed', theme === 'dark');
}

// What the user does ------------------------------------------------------------------------------------------------

route.clear = () => {
  byId('filter').value = '';
  byId('level').value = '';
  arrange({ text: '', level: '' });
};

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

const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
const overBlank = (event) => event.target.closest?.('#drop-blank');
addEventListener('dragover', (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const blank = overBlank(event);
  byId('over').hidden = Boolean(blank);
  byId('drop-blank')?.classList.toggle('over-it', Boolean(blank));
});
addEventListener('dragleave', (event) => {
  // The pointer has left the window only if it went to no element.
  if (event.relatedTarget === null) byId('over').hidden = true;
});
addEventListener('drop', async (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  byId('over').hidden = true;
  byId('drop-blank')?.classList.remove('over-it');
  const files = dropped(event.dataTransfer);
  if (!overBlank(event)) {
    putIn(await files);
  } else {
    const [blank] = await files;
    if (blank && !aside.busy) aside.fill(blank.file);
  }
});

light();
speakAnew(new URLSearchParams(location.search).get('lang') ?? remembered('language') ?? 'zh');
await begin();
route();
