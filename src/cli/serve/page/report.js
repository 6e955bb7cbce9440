// A report as it will print: the sheet of paper, its headings, paragraphs and tables, the gaps marked.

import { make } from './dom.js';

const GAP = /(〔待补充[^〕]*〕)/;

/** Runs, or a plain string in which gaps are known by their brackets, as text and elements. */
function runs(text) {
  const parts = Array.isArray(text)
    ? text
    : String(text ?? '')
        .split(GAP)
        .filter(Boolean)
        .map((part) => ({ text: part, gap: GAP.test(part) }));
  return parts.map(({ text: words, gap, strong }) => {
    if (gap) return make('mark', { class: 'gap', tabindex: -1 }, words);
    return strong ? make('strong', {}, words) : words;
  });
}

const DRAW = {
  title: ({ text }) => make('h3', { class: 'report-title' }, runs(text)),
  heading: ({ level, number, text }) =>
    make(`h${Math.min(6, level + 3)}`, { class: `depth-${level}` }, number ?? '', runs(text)),
  paragraph: ({ text }) => make('p', {}, runs(text)),
  list: ({ numbered, items }) => items.map((item, i) => make('p', {}, numbered ? `${i + 1}. ` : '', runs(item))),
  table: drawTable,
  attachments: ({ items }) =>
    make(
      'div',
      { class: 'attachments' },
      items.map((item) => make('p', {}, runs(item))),
    ),
  signature: ({ text }) => make('p', { class: 'signature' }, runs(text)),
};

const plain = (text) => (Array.isArray(text) ? text.map((run) => run.text).join('') : text);

function drawTable({ caption, head = [], rows = [], merged_columns: merged = 0 }) {
  const body = rows.map((row) => make('tr'));
  rows.forEach((row, r) =>
    row.forEach((cell, c) => {
      const same = (other) =>
        c < merged && rows[other]?.slice(0, c + 1).every((text, i) => plain(text) === plain(row[i]));
      if (same(r - 1)) return;
      let span = 1;
      while (same(r + span)) span += 1;
      body[r].append(make('td', { rowspan: span > 1 ? span : null }, runs(cell)));
    }),
  );
  return make(
    'div',
    { class: 'report-table' },
    make(
      'table',
      {},
      caption ? make('caption', {}, runs(caption)) : null,
      head.length > 0
        ? make(
            'thead',
            {},
            make(
              'tr',
              {},
              head.map((cell) => make('th', { scope: 'col' }, runs(cell))),
            ),
          )
        : null,
      make('tbody', {}, body),
    ),
  );
}

export function drawReport(narrative) {
  const blocks = narrative.blocks.flatMap((block) => (DRAW[block.kind] ?? DRAW.paragraph)(block));
  return make('article', { class: 'paper', lang: 'zh-CN' }, blocks);
}
