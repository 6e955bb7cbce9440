// What a code means, in a dialog.

import { say } from './words.js';
import { make } from './dom.js';

export function showExplained(dialog, { code, name, level, explain, hint, threshold, sources, examples }) {
  const lines = { explain, advice: hint, threshold, sources, examples };
  const told = Object.entries(lines)
    .map(([word, texts]) => [word, [texts].flat().filter(Boolean)])
    .filter(([, texts]) => texts.length > 0)
    .map(([word, texts]) => [make('dt', {}, say(word)), texts.map((text) => make('dd', {}, text))]);
  dialog.replaceChildren(
    make(
      'h2',
      { id: 'explained-title' },
      level && make('span', { class: `sign ${level}` }, say(level)),
      ` ${code} ${name}`,
    ),
    make('dl', {}, told),
    make('p', {}, make('button', { type: 'button', class: 'chief', click: () => dialog.close() }, say('close'))),
  );
  dialog.showModal();
}
