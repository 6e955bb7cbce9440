// One project, opened: its form with the problems, its scores computed again, its report.

import { say } from './words.js';
import { grouped, make, percent } from './dom.js';
import { LEVELS, counts, due, scoreDiffers } from './list.js';
import { drawForm } from './form.js';
import { drawScores } from './scores.js';
import { drawReport } from './report.js';

export const TABS = ['form', 'scores', 'report'];

/**
 * The opened project in `place`. `go(change)` moves on: `{index}`, `{tab}`, `{cell}` or `{list: true}`; `explain(code)`
 * and `download(what, button)` do what they say.
 */
export class Opened {
  constructor(place, { go, explain, download }) {
    Object.assign(this, { place, go, explain, download });
  }

  loading() {
    this.told = null;
    this.place.replaceChildren(make('p', { class: 'loading' }, say('loading')));
  }

  /** Draws a project as the server tells of it; `around` is its place in the list and its neighbours. */
  draw(told, around, tab, cell) {
    this.told = told;
    const { row } = told;
    this.panels = {
      form: this.#form(),
      scores: drawScores(told, (to) => this.go({ tab: 'form', cell: to })),
      report: this.#report(),
    };
    this.tabs = TABS.map((name) =>
      make(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${name}`,
          'aria-controls': `panel-${name}`,
          click: () => this.go({ tab: name }),
        },
        say(`tab_${name}`),
        name === 'form' && told.findings.length > 0 ? make('span', { class: 'signs' }, counts(row)) : null,
        name === 'report' && told.narrative?.gaps.length > 0
          ? make('span', { class: 'sign gaps' }, told.narrative.gaps.length)
          : null,
      ),
    );
    const step = (key, neighbour) =>
      make(
        'button',
        {
          type: 'button',
          class: `icon-${key}`,
          id: key,
          disabled: !neighbour,
          click: () => this.go({ index: neighbour.index }),
        },
        say(key),
      );
    this.title = make('h2', { tabindex: -1 }, row.name || say('no_name'));
    this.place.replaceChildren(
      make(
        'div',
        { class: 'opened-head' },
        make(
          'button',
          { type: 'button', id: 'back', class: 'icon-back', click: () => this.go({ list: true }) },
          say('back'),
        ),
        this.title,
        make(
          'div',
          { class: 'steps-through' },
          make('span', { class: 'quiet' }, around.place > 0 ? say('place', around) : ''),
          step('previous', around.previous),
          step('next', around.next),
        ),
      ),
      this.#facts(),
      make('div', { class: 'tabs', role: 'tablist', keydown: (event) => this.#arrow(event) }, this.tabs),
      ...TABS.map((name) =>
        make(
          'div',
          {
            class: `panel ${name}`,
            role: 'tabpanel',
            id: `panel-${name}`,
            'aria-labelledby': `tab-${name}`,
            tabindex: -1,
          },
          this.panels[name],
        ),
      ),
    );
    this.show(tab, cell);
  }

  /** Shows a tab, and a cell of the form. */
  show(tab, cell) {
    this.tab = tab;
    this.place.dataset.tab = tab;
    TABS.forEach((name, i) => {
      this.tabs[i].setAttribute('aria-selected', name === tab);
      this.tabs[i].tabIndex = name === tab ? 0 : -1;
      document.getElementById(`panel-${name}`).hidden = name !== tab;
    });
    if (cell) this.#point(this.place.querySelector(`td[data-cell="${CSS.escape(cell)}"]`));
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tab = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length];
    this.go({ tab });
    this.tabs[TABS.indexOf(tab)].focus();
  }

  #facts() {
    const { row, layout } = this.told;
    const facts = [
      ['unit', row.unit],
      ['department', row.department !== row.unit ? row.department : null],
      ['year', row.year],
      ['budget', row.budget && `${grouped(row.budget)}${row.money_unit ?? ''}`],
      ['executed', row.executed && `${grouped(row.executed)}${row.money_unit ?? ''}`],
      ['rate', percent(row.rate)],
      ['score', row.score],
      ['due', scoreDiffers(row) ? due(row) : null],
      ['grade', row.grade],
      ['layout', layout?.name],
      ['file', [row.file, row.sheet].filter(Boolean).join(' › ')],
    ];
    return make(
      'dl',
      { class: 'facts' },
      facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) =>
          make(
            'div',
            { class: name === 'due' ? 'wrong' : null },
            make('dt', {}, say(`fact_${name}`)),
            make('dd', {}, String(value)),
          ),
        ),
    );
  }

  #form() {
    const { grid, findings } = this.told;
    this.marked = new Map();
    const frame = grid ? this.#frame(grid, findings) : make('p', { class: 'empty' }, say('no_grid'));
    this.items = findings.map((finding, index) => this.#finding(finding, this.marked.get(index)));
    const gravestFirst = LEVELS.flatMap((level) => this.items.filter((_, index) => findings[index].level === level));
    const list = make(
      'div',
      { class: 'findings' },
      make('h3', {}, say('findings'), ' ', make('span', { class: 'quiet' }, findings.length)),
      findings.length > 0 ? make('ol', {}, gravestFirst) : make('p', { class: 'quiet' }, say('no_findings')),
    );
    return [frame, list];
  }

  #frame(grid, findings) {
    const { table, marked } = drawForm(grid, findings, ([first]) => {
      this.#point(marked.get(first));
      this.items[first].scrollIntoView({ block: 'nearest' });
      this.items[first].querySelector('.to-cell').focus({ preventScroll: true });
    });
    this.marked = marked;
    const label = say('form_label', { sheet: grid.sheet });
    return make('div', { class: 'form-frame', tabindex: 0, role: 'region', 'aria-label': label }, table);
  }

  #finding(finding, drawn) {
    const { code, level, name, message, hint, cell, found, expected } = finding;
    const detail = (word, text) => (text ? make('p', { class: 'detail' }, make('b', {}, say(word)), text) : null);
    return make(
      'li',
      { class: `finding ${level}` },
      make(
        'p',
        { class: 'finding-head' },
        make('span', { class: `sign ${level}` }, say(level)),
        make('b', {}, name),
        drawn
          ? make(
              'button',
              {
                type: 'button',
                class: 'to-cell plain',
                'aria-label': say('go_to_cell', { cell }),
                click: () => this.go({ tab: 'form', cell: drawn.dataset.cell }),
              },
              cell,
            )
          : make('span', { class: 'quiet' }, cell ?? ''),
      ),
      make('p', {}, message),
      detail('found', found),
      detail('expected', expected),
      detail('advice', hint),
      make(
        'button',
        {
          type: 'button',
          class: 'plain explain',
          'aria-label': say('explain_code_of', { code }),
          click: () => this.explain(code),
        },
        `${code} ${say('explain_code')}`,
      ),
    );
  }

  /** Brings a cell into sight and shows which problems are its. */
  #point(drawn) {
    if (!drawn) return;
    for (const element of this.place.querySelectorAll('.pointed')) element.classList.remove('pointed');
    drawn.classList.add('pointed');
    for (const [index, cell] of this.marked) {
      if (cell === drawn) this.items[index].classList.add('pointed');
    }
    // A cell takes the focus only if it has an index; those without problems are no stops of the Tab key.
    if (drawn.tabIndex < 0) drawn.tabIndex = -1;
    drawn.scrollIntoView({ block: 'center', inline: 'center' });
    drawn.focus({ preventScroll: true });
  }

  #report() {
    const { narrative, row } = this.told;
    if (!narrative) return make('p', { class: 'empty' }, say('no_narrative'));
    const paper = drawReport(narrative);
    const marks = [...paper.querySelectorAll('.gap')];
    const toGap = (i) => () => {
      marks[i]?.scrollIntoView({ block: 'center' });
      marks[i]?.focus({ preventScroll: true });
    };
    return [
      make(
        'div',
        { class: 'report-tools' },
        make('span', {}, say('download_this')),
        ['docx', 'txt', 'md'].map((format) =>
          make(
            'button',
            {
              type: 'button',
              class: 'icon-down',
              'data-download': `report/${row.index}.${format}`,
              click: (event) => this.download(`report/${row.index}.${format}`, event.currentTarget),
            },
            `.${format}`,
          ),
        ),
        narrative.gaps.length === 0
          ? make('p', { class: 'quiet' }, say('no_gaps'))
          : make(
              'div',
              { class: 'gap-list' },
              make('p', {}, say('gaps_found', { count: narrative.gaps.length })),
              make(
                'ol',
                {},
                narrative.gaps.map((gap, i) =>
                  make('li', {}, make('button', { type: 'button', class: 'plain', click: toGap(i) }, gap)),
                ),
              ),
            ),
      ),
      make('div', { class: 'desk' }, paper),
    ];
  }
}
