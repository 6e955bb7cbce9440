// The strip above the table.

import { say } from './words.js';
import { make } from './dom.js';
import { LEVELS } from './list.js';

/** The totals: counted from the rows while they come, from the program once it has compared them (`settled`). */
export function drawTotals(rows, settled, unreadable) {
  const sum = (name) => rows.reduce((all, row) => all + (row?.[name] ?? 0), 0);
  const { errors, warnings, notes } = settled ?? {
    errors: sum('errors'),
    warnings: sum('warnings'),
    notes: sum('notes'),
  };
  const counts = { error: errors, warning: warnings, note: notes };
  const grades = (settled?.grades ?? []).map(({ grade, count }) =>
    make('span', { class: 'pair' }, `${grade || say('no_grade')} `, make('b', {}, count)),
  );
  const levels = LEVELS.map((level) =>
    make(
      'span',
      { class: `pair ${level}` },
      make('span', { class: `sign ${level}` }),
      `${say(`${level}s`)} `,
      make('b', {}, counts[level]),
    ),
  );
  const gaps = settled?.gaps ?? null;
  return [
    total('projects', settled?.projects ?? rows.length),
    total('mean', settled?.mean ?? '—'),
    total('grades', grades.length > 0 ? grades : '—'),
    total('problems', levels),
    total('gaps', gaps === null ? '—' : say('gaps_places', { count: gaps })),
    ...(unreadable > 0 ? [total('unreadable', unreadable)] : []),
  ];
}

function total(name, shown) {
  return make('div', { class: name }, make('dt', {}, say(`total_${name}`)), make('dd', {}, shown));
}
