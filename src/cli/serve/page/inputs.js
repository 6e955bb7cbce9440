// Files on their way in: dropped, or chosen with a button.

import { say } from './words.js';
import { Refused } from './server.js';

/** How many files are on their way at once; a browser keeps six connections to a host, and the events hold one. */
const ABREAST = 4;
const MEGABYTE = 1024 * 1024;

/** What system programs and office programs leave beside documents. */
const litter = (name) =>
  name.startsWith('.') || name.startsWith('~$') || name === 'Thumbs.db' || name === 'desktop.ini';

/**
 * Takes what is dropped anywhere on the page. `over(special)` is told where files hover: true over the element of the
 * `special` selector, false elsewhere, null if they have left; `dropped(files, special)` gets them.
 */
export function acceptDrops(special, { over, dropped }) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
  const isSpecial = (event) => event.target.closest?.(special) != null;
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(isSpecial(event));
  });
  addEventListener('dragleave', (event) => {
    // They have left the window only if they went to no element of it.
    if (event.relatedTarget === null) over(null);
  });
  addEventListener('drop', async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(null);
    dropped(await filesOf(event.dataTransfer), isSpecial(event));
  });
}

/** The files of a drop, those within folders too, each with its path from where it was dropped. */
async function filesOf(transfer) {
  // The transfer is emptied after the event: all entries are taken before anything is awaited.
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const taken = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const files = [];
  for (const entry of taken) await walk(entry, '', files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(entry, folder, files) {
  if (litter(entry.name)) return;
  const path = folder + entry.name;
  if (entry instanceof File) {
    files.push({ path, file: entry });
  } else if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    files.push({ path, file });
  } else {
    const reader = entry.createReader();
    // A reader gives its entries in parts, and an empty part at the end.
    for (;;) {
      const part = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (part.length === 0) break;
      for (const inner of part) await walk(inner, `${path}/`, files);
    }
  }
}

/** The files of a file input. */
export function chosen(input) {
  const files = [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  input.value = '';
  return files.filter(({ path }) => !path.split('/').some(litter));
}

/** Why so many files cannot be taken at once, if they cannot: the keys of its words and their values. */
export function overLimit(files, limits) {
  const megabytes = (bytes) => Math.ceil(bytes / MEGABYTE);
  const bytes = files.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
  if (files.length > limits.files) return ['too_many', { count: files.length, limit: limits.files }];
  if (bytes > limits.total_bytes) return ['too_much', { size: megabytes(bytes), limit: megabytes(limits.total_bytes) }];
  return null;
}

/**
 * Sends the files to the session. Calls `progress` after each, `unreadable` for one that cannot be taken. Throws only if
 * the program is gone.
 */
export async function send(files, session, progress, unreadable) {
  const { file_bytes: limit } = session.begun.limits;
  const waiting = files.values();
  let done = 0;
  const worker = async () => {
    for (const { path, file } of waiting) {
      const message = await sendOne(path, file, session, limit);
      if (message) unreadable({ file: path, message });
      done += 1;
      progress(done, files.length);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, worker));
}

async function sendOne(path, file, session, limit) {
  if (file && file.size > limit) {
    return say('too_large', { size: Math.ceil(file.size / MEGABYTE), limit: Math.floor(limit / MEGABYTE) });
  }
  // A file that another program holds fails like a program that is gone; a first byte tells them apart.
  const readable = await file
    ?.slice(0, 1)
    .arrayBuffer()
    .catch(() => null);
  if (!readable) return say('locked');
  try {
    await session.send(path, file);
  } catch (refused) {
    if (!(refused instanceof Refused) || refused.status === 0 || refused.status === 404) throw refused;
    return refused.message || say('failed_advice');
  }
  return null;
}
