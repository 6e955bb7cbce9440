// A form drawn as the grid it came from, with its faulty cells marked.

import { say } from './words.js';
import { columnLetters, make } from './dom.js';

/** Pixels of a half-width character; the characters' room that a cell's edges take; the most that a column gets. */
const CHARACTER = 7.5;
const [EDGES, WIDEST] = [2, 46];
/** A form shrinks to fit its frame, to this part of its width and no further. */
const SHRUNK = 0.8;

/** The drawn form, and its marked cells by the index of each finding; `choose(indices)` takes a marked cell's findings. */
export function drawForm(grid, findings, choose) {
  const cells = new Map(grid.cells.map((cell) => [`${cell.r},${cell.c}`, cell]));
  const covered = new Set();
  const marked = new Map();
  const letters = Array.from({ length: grid.columns }, (_, c) => columnLetters(c));
  const heads = letters.map((letter) => make('th', { scope: 'col' }, letter));
  const body = make('tbody');
  for (let r = 0; r < grid.rows; r += 1) {
    const row = make('tr', {}, make('th', { scope: 'row' }, r + 1));
    for (let c = 0; c < grid.columns; c += 1) {
      if (covered.has(`${r},${c}`)) continue;
      const cell = cells.get(`${r},${c}`);
      if (cell) cover(cell, covered);
      const drawn = cell ? drawCell(cell, grid.columns, findings, choose, marked) : make('td');
      drawn.dataset.cell = `${letters[c]}${r + 1}`;
      row.append(drawn);
    }
    body.append(row);
  }
  const widths = Array.from({ length: grid.columns }, (_, c) => Math.min(WIDEST, (grid.widths[c] ?? 6) + EDGES));
  const whole = widths.reduce((sum, width) => sum + width, 0);
  const columns = make(
    'colgroup',
    {},
    make('col', { class: 'numbers' }),
    widths.map((width) => {
      const column = make('col');
      column.style.setProperty('width', `${(100 * width) / whole}%`);
      return column;
    }),
  );
  const table = make(
    'table',
    { class: 'sheet', 'aria-label': say('form_label', { sheet: grid.sheet }) },
    columns,
    make('thead', {}, make('tr', {}, make('th'), heads)),
    body,
  );
  table.style.setProperty('min-width', `${Math.round(whole * CHARACTER * SHRUNK)}px`);
  table.style.setProperty('max-width', `${Math.round(Math.max(900, whole * CHARACTER * 1.2))}px`);
  return { table, marked };
}

function cover(cell, covered) {
  for (let r = 0; r < cell.rowspan; r += 1) {
    for (let c = 0; c < cell.colspan; c += 1) covered.add(`${cell.r + r},${cell.c + c}`);
  }
}

function drawCell(cell, columns, all, choose, marked) {
  const { a1, text, rowspan, colspan, level, findings } = cell;
  const drawn = make(
    'td',
    {
      rowspan: rowspan > 1 ? rowspan : null,
      colspan: colspan > 1 ? colspan : null,
      class: /^[-+]?[\d,.]+%?$/.test(text) ? 'figure' : null,
    },
    text,
  );
  if (cell.c === 0 && colspan === columns) drawn.classList.add('across');
  if (level) {
    drawn.classList.add('marked', level);
    drawn.dataset.mark = say(`${level}_mark`);
    drawn.tabIndex = 0;
    drawn.setAttribute('aria-label', `${a1} ${text}: ${findings.map((index) => all[index].message).join(' ')}`);
    drawn.addEventListener('click', () => choose(findings));
    drawn.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') choose(findings);
    });
    for (const index of findings) marked.set(index, drawn);
  }
  return drawn;
}
