// A form drawn as the grid it came from, with its faulty cells marked.

import { say } from './words.js';
import { columnLetters, make } from './dom.js';

/** Pixels of a half-width character, and the least and the most characters that a column gets. */
const CHARACTER = 7.5;
const [NARROWEST, WIDEST] = [5, 46];
/** A form shrinks to fit its frame, to this part of its width and no further. */
const SHRUNK = 0.66;

/** The drawn form, and its marked cells by the index of each finding. */
export function drawForm(grid, levelOf, choose) {
  const cells = new Map(grid.cells.map((cell) => [`${cell.r},${cell.c}`, cell]));
  const covered = new Set();
  const marked = new Map();
  const firstRow = grid.first_row ?? 0;
  const firstColumn = grid.first_column ?? 0;

  const heads = Array.from({ length: grid.columns }, (_, c) =>
    make('th', { scope: 'col' }, columnLetters(firstColumn + c)),
  );
  const body = make('tbody');
  let before = null;
  for (let r = 0; r < grid.rows; r += 1) {
    const number = grid.row_numbers?.[r] ?? firstRow + r + 1;
    if (before !== null && number > before + 1) {
      body.append(
        make('tr', { class: 'left-out' }, make('th'), make('td', { colspan: grid.columns }, say('rows_left_out'))),
      );
    }
    before = number;
    const row = make('tr', {}, make('th', { scope: 'row' }, number));
    for (let c = 0; c < grid.columns; c += 1) {
      if (covered.has(`${r},${c}`)) continue;
      const cell = cells.get(`${r},${c}`);
      if (cell) cover(cell, covered);
      row.append(drawCell(cell, grid.columns, levelOf, choose, marked));
    }
    body.append(row);
  }
  const widths = Array.from({ length: grid.columns }, (_, c) =>
    Math.min(WIDEST, Math.max(NARROWEST, grid.widths[c] ?? 8)),
  );
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
    { class: 'sheet', 'aria-label': say('form_label', { sheet: grid.sheet ?? '' }) },
    columns,
    make('thead', {}, make('tr', {}, make('th'), heads)),
    body,
  );
  table.style.setProperty('min-width', `${Math.round(whole * CHARACTER * SHRUNK)}px`);
  table.style.setProperty('max-width', `${Math.round(Math.max(900, whole * CHARACTER * 1.2))}px`);
  return { table, marked };
}

function cover(cell, covered) {
  for (let r = 0; r < (cell.rowspan ?? 1); r += 1) {
    for (let c = 0; c < (cell.colspan ?? 1); c += 1) covered.add(`${cell.r + r},${cell.c + c}`);
  }
}

function drawCell(cell, columns, levelOf, choose, marked) {
  if (!cell) return make('td');
  const { rowspan = 1, colspan = 1, level, findings = [] } = cell;
  const drawn = make(
    'td',
    {
      rowspan: rowspan > 1 ? rowspan : null,
      colspan: colspan > 1 ? colspan : null,
      'data-cell': cell.a1,
      class: /^[-+]?[\d,.]+%?$/.test(cell.text ?? '') ? 'figure' : null,
    },
    cell.text ?? '',
  );
  if (cell.c === 0 && colspan === columns) drawn.classList.add('across');
  if (level) {
    drawn.classList.add('marked', level);
    drawn.dataset.mark = say(`${level}_mark`);
    drawn.tabIndex = 0;
    drawn.setAttribute(
      'aria-label',
      `${cell.a1} ${cell.text ?? ''}: ${findings.map((index) => levelOf(index)).join(' ')}`,
    );
    drawn.addEventListener('click', () => choose(findings));
    drawn.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') choose(findings);
    });
    for (const index of findings) marked.set(index, drawn);
  }
  return drawn;
}
