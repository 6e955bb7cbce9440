// A project's scores, computed again: what each row was given, what it is due, and why.

import { say } from './words.js';
import { magnitude, make } from './dom.js';
import { scoreDiffers } from './list.js';

const COLUMNS = ['label', 'cell', 'weight', 'printed', 'due', 'difference', 'reasoning'];
/** Columns of figures: on a phone each carries its name. */
const FIGURES = ['weight', 'printed', 'due', 'difference'];

const isOff = (difference) => (magnitude(difference) ?? 0) !== 0;
const figure = (name, shown) => make('td', { class: name, 'data-name': say(`score_${name}`) }, shown ?? '');

/** `goTo(cell)` shows a cell of the form. */
export function drawScores({ scores = [], total, scheme }, goTo) {
  if (scores.length === 0) return make('p', { class: 'empty' }, say('no_scores'));
  const unchecked = scheme && !scheme.verified;
  return [
    scheme &&
      make(
        'p',
        { class: unchecked ? 'scheme unchecked' : 'scheme' },
        say(unchecked ? 'scheme_unchecked' : 'scheme_is', scheme),
      ),
    make(
      'div',
      { class: 'scores-frame' },
      make(
        'table',
        { class: 'scores' },
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            COLUMNS.map((name) => make('th', { scope: 'col', class: name }, say(`score_${name}`))),
          ),
        ),
        make(
          'tbody',
          {},
          scores.map((score) => drawRow(score, goTo)),
        ),
        total && make('tfoot', {}, drawTotal(total)),
      ),
    ),
  ];
}

function drawRow(score, goTo) {
  const { label, cell, weight, printed, difference, reasoning } = score;
  const toCell =
    cell &&
    make(
      'button',
      {
        type: 'button',
        class: 'plain',
        'aria-label': say('go_to_cell', { cell }),
        click: () => goTo(cell),
      },
      cell,
    );
  const figures = { weight, printed, due: due(score), difference: isOff(difference) ? difference : '' };
  return make(
    'tr',
    { class: isOff(difference) && 'off' },
    make('th', { scope: 'row', class: 'label' }, label),
    make('td', { class: 'cell-link' }, toCell),
    FIGURES.map((name) => figure(name, figures[name])),
    make('td', { class: 'reasoning' }, reasoning),
  );
}

/** Points due; both ends of a band; or that a person must judge. */
function due({ due: points, due_at_most: most }) {
  if (points === null || points === undefined) return make('span', { class: 'quiet' }, say('human'));
  return most ? `${points}～${most}` : points;
}

function drawTotal(total) {
  const remarks = [
    total.recomputed && say('score_sum', { sum: total.recomputed }),
    total.by_person > 0 && say('score_by_person', { count: total.by_person }),
  ];
  return make(
    'tr',
    { class: scoreDiffers({ score: total.printed, due: total.due }) && 'off' },
    make('th', { scope: 'row', colspan: 3 }, say('score_total')),
    figure('printed', total.printed),
    figure('due', total.due),
    make('td'),
    make('td', {}, remarks.filter(Boolean).join('；')),
  );
}
