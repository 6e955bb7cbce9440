// Elements made by script. Text goes in as text nodes only: what stands in a form is never read as markup.

/**
 * Makes an element: `make('td', {class: 'number', title: 'x'}, 'text', child…)`. Properties that are functions are
 * listeners; null and false are left out.
 */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A decimal string as a number to sort and compare by; null if it is none. Never used in a sum. */
export function magnitude(text) {
  if (text === null || text === undefined || text === '') return null;
  const number = Number(String(text).replaceAll(',', ''));
  return Number.isNaN(number) ? null : number;
}

/** A decimal string with a comma at every thousand. */
export function grouped(text) {
  return text?.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** A rate, a fraction of 1 in a decimal string, as percent with two decimals at most. */
export function percent(rate) {
  const number = magnitude(rate);
  return number === null ? '' : `${Number((number * 100).toFixed(2))}%`;
}

/** The column letters of A1 for a column counted from 0. */
export function columnLetters(column) {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return letters;
}
