// The table of projects. Only the rows in sight are in the document, however many projects there are.

import { say } from './words.js';
import { grouped, magnitude, make, percent } from './dom.js';

/** Rows beyond the edges of the sight, so that scrolling shows no blanks. */
const MARGIN = 8;
export const LEVELS = ['error', 'warning', 'note'];

const collator = new Intl.Collator('zh-CN', { numeric: true });
const problems = (row) => row.errors * 1e8 + row.warnings * 1e4 + row.notes;
/** Money in one unit, to sort by. */
const money = (row) => {
  const amount = magnitude(row.budget);
  return amount === null || row.money_unit === '元' ? amount : amount * 10000;
};

/**
 * The columns: what they show, and what they are sorted by; `worst` marks those whose first click puts the largest
 * first.
 */
const COLUMNS = [
  { id: 'index', key: (row) => row.index, show: (row) => row.index + 1 },
  { id: 'name', key: (row) => row.name ?? '', show: link },
  { id: 'unit', key: (row) => row.unit ?? '', show: (row) => row.unit },
  {
    id: 'budget',
    key: money,
    show: (row) => [grouped(row.budget), row.budget && make('small', {}, row.money_unit ?? '')],
  },
  { id: 'rate', key: (row) => magnitude(row.rate), show: (row) => percent(row.rate) },
  { id: 'score', key: (row) => magnitude(row.score), show: (row) => row.score },
  { id: 'due', key: (row) => magnitude(due(row)), show: (row) => due(row) },
  { id: 'grade', key: (row) => row.grade ?? '', show: (row) => row.grade },
  { id: 'problems', key: problems, show: counts, worst: true },
];

function link(row) {
  return make('a', { href: `#project/${row.index}`, tabindex: -1 }, row.name || say('no_name'));
}

/** How many problems of each level, as signs with numbers. */
export function counts(row) {
  const numbers = { error: row.errors, warning: row.warnings, note: row.notes };
  const signs = LEVELS.filter((level) => numbers[level] > 0).map((level) =>
    make(
      'span',
      { class: `sign ${level}`, title: say(level) },
      make('span', { class: 'unseen' }, `${say(level)} `),
      numbers[level],
    ),
  );
  return signs.length > 0 ? signs : make('span', { class: 'quiet' }, say('no_problems'));
}

/** The score by the formulas, or else the sum of the form's rows. */
export const due = (row) => row.due ?? row.recomputed;

/** Whether the printed score is not the one that is due. */
export function scoreDiffers(row) {
  const [printed, computed] = [magnitude(row.score), magnitude(due(row))];
  return printed !== null && computed !== null && printed !== computed;
}

const LEVEL_TESTS = {
  error: (row) => row.errors > 0,
  warning: (row) => row.errors + row.warnings > 0,
  any: (row) => problems(row) > 0,
  none: (row) => problems(row) === 0,
};

export class List {
  /** In `place`; `changed` is called when the user sorts, `shown` when the number of rows shown changes. */
  constructor(place, sorted, shown) {
    this.rows = [];
    this.view = [];
    this.sort = { column: 'index', down: false };
    this.text = '';
    this.level = '';
    this.active = 0;
    this.drawn = new Map();
    this.sorted = sorted;
    this.shown = shown;
    this.head = make('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
    this.window = make('div', { class: 'window', role: 'rowgroup' });
    this.body = make('div', { class: 'body', role: 'presentation' }, this.window);
    this.empty = make('div', { class: 'empty', hidden: true });
    this.scroller = make(
      'div',
      { class: 'scroller', role: 'table', tabindex: -1 },
      make('div', { class: 'heads', role: 'rowgroup' }, this.head),
      this.body,
      this.empty,
    );
    place.append(this.scroller);
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true });
    this.scroller.addEventListener('keydown', (event) => this.#key(event));
    this.body.addEventListener('click', (event) => this.#click(event));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
    addEventListener('beforeprint', () => this.draw(true));
    addEventListener('afterprint', () => this.draw());
  }

  /** Words have changed. */
  relabel() {
    this.scroller.setAttribute('aria-label', say('projects'));
    this.head.replaceChildren(
      ...COLUMNS.map(({ id }) =>
        make(
          'div',
          { class: `cell ${id}`, role: 'columnheader', 'data-column': id },
          make('button', { type: 'button', click: () => this.#sortBy(id) }, say(`column_${id}`)),
        ),
      ),
    );
    this.#markSort();
    this.#redraw();
  }

  clear() {
    this.rows = [];
    this.waiting ??= setTimeout(() => this.refresh(), 100);
  }

  /** Takes rows, new ones and such as have changed. */
  take(rows) {
    for (const row of rows) {
      row.sought = [row.name, row.unit, row.department, row.file].join('\n').normalize('NFKC').toLowerCase();
      this.rows[row.index] = row;
    }
    this.waiting ??= setTimeout(() => this.refresh(), 100);
  }

  arrange({ sort, text, level }) {
    this.sort = sort;
    this.text = text;
    this.level = level;
    this.#markSort();
    this.refresh();
  }

  /** Filters and sorts anew. */
  refresh() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    const sought = this.text.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
    const level = LEVEL_TESTS[this.level] ?? (() => true);
    this.view = this.rows.filter((row) => row && level(row) && sought.every((part) => row.sought.includes(part)));
    const { key } = COLUMNS.find(({ id }) => id === this.sort.column) ?? COLUMNS[0];
    const way = this.sort.down ? -1 : 1;
    this.view.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      // What has no value stands last either way.
      if (x === null || y === null) return (x === null) - (y === null) || a.index - b.index;
      const order = typeof x === 'string' ? collator.compare(x, y) : x - y;
      return way * order || a.index - b.index;
    });
    this.active = Math.min(this.active, Math.max(this.view.length - 1, 0));
    this.scroller.setAttribute('aria-rowcount', this.view.length + 1);
    this.#redraw();
    this.shown(this.view.length, this.rows.length);
  }

  /** The project `step` rows from the one of this index, as the table now stands. */
  neighbour(index, step) {
    return this.view[this.view.findIndex((row) => row.index === index) + step];
  }

  /** Where the project of this index stands in the table, from 1; 0 if it does not. */
  placeOf(index) {
    return this.view.findIndex((row) => row.index === index) + 1;
  }

  /** Puts the focus on the project of this index. */
  focus(index) {
    const place = this.placeOf(index) - 1;
    if (place >= 0) this.#activate(place);
  }

  #redraw() {
    this.drawn.clear();
    this.window.replaceChildren();
    this.draw();
  }

  /** Draws the rows in sight, or all of them for the printer; keeps those that are there. */
  draw(all = false) {
    const height = this.#rowHeight();
    const { scrollTop, clientHeight } = this.scroller;
    if (clientHeight === 0 && !all) return;
    const first = all ? 0 : Math.max(0, Math.floor(scrollTop / height) - MARGIN);
    const last = all
      ? this.view.length
      : Math.min(this.view.length, Math.ceil((scrollTop + clientHeight) / height) + MARGIN);
    this.body.style.setProperty('height', `${this.view.length * height}px`);
    this.window.style.setProperty('transform', `translateY(${first * height}px)`);
    for (const [place, element] of this.drawn) {
      if (place >= first && place < last) continue;
      // The focus must not fall out of the table with its row.
      if (element.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
      element.remove();
      this.drawn.delete(place);
    }
    let before = null;
    for (let place = last - 1; place >= first; place -= 1) {
      let element = this.drawn.get(place);
      if (!element) {
        element = this.#row(place);
        this.drawn.set(place, element);
        this.window.insertBefore(element, before);
      }
      before = element;
    }
  }

  #rowHeight() {
    const height = parseFloat(getComputedStyle(this.scroller).getPropertyValue('--row-height'));
    return height > 0 ? height : 40;
  }

  #row(place) {
    const row = this.view[place];
    const differs = scoreDiffers(row);
    const element = make('div', { class: 'row', role: 'row', 'aria-rowindex': place + 2, 'data-place': place });
    for (const { id, show } of COLUMNS) {
      const shown = [show(row)].flat().filter((part) => part !== null && part !== undefined);
      const wrong = differs && id === 'due';
      const title =
        id === 'unit'
          ? row.unit
          : id === 'name'
            ? `${row.name ?? ''}\n${row.file}${row.sheet ? ` ${row.sheet}` : ''}`
            : null;
      element.append(make('div', { class: `cell ${id}${wrong ? ' wrong' : ''}`, role: 'cell', title }, shown));
    }
    if (place === this.active) element.querySelector('a').tabIndex = 0;
    return element;
  }

  #click(event) {
    const element = event.target.closest('.row');
    if (!element || event.target.closest('a') || String(getSelection())) return;
    location.hash = element.querySelector('a').getAttribute('href');
  }

  #key(event) {
    if (event.target.closest('.head') || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.#rowHeight()) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.#activate(this.active + steps[event.key]);
  }

  #activate(place) {
    const [last, height] = [this.view.length - 1, this.#rowHeight()];
    const before = this.drawn.get(this.active)?.querySelector('a');
    if (before) before.tabIndex = -1;
    this.active = Math.max(0, Math.min(place, last));
    const [top, head] = [this.active * height, this.head.offsetHeight];
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + height > scrollTop + clientHeight - head)
      this.scroller.scrollTop = top + height - clientHeight + head;
    this.draw();
    const link = this.drawn.get(this.active)?.querySelector('a');
    if (link) {
      link.tabIndex = 0;
      link.focus({ preventScroll: true });
    }
  }

  #sortBy(id) {
    const { worst = false } = COLUMNS.find((column) => column.id === id);
    const down = this.sort.column === id ? !this.sort.down : worst;
    this.sorted({ column: id, down });
  }

  #markSort() {
    for (const head of this.head.children) {
      const sorted = head.dataset.column === this.sort.column;
      if (sorted) head.setAttribute('aria-sort', this.sort.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
  }
}
