/**
 * The code blocks of the pages in docs/, and what the words behind their fences mean.
 *
 * - `text` is not run; everything else is, in the order of its page. A fence may not do without a language.
 * - `console`: a session of one shell per page. A command stands behind `$ `, its further lines behind `> `, and what
 *   follows is what it prints. `^C` on a line of its own: it is told to stop there.
 * - `pemba`, `pemba error`: a schema that compiles, or does not. With a name, it becomes a file of that name.
 * - `yaml NAME`: a test file of `pemba test`, all of whose expectations are met. Without a name it is of the first schema
 *   of its page. `tuples NAME`: a file of tuples.
 * - `ts`: the blocks of a page are one program, which prints what the comments behind its `console.log` say.
 *   `ts compile`: type-checked with the program, and not run. With a name, a module of that name, to be imported.
 * - `js`: as `ts`, without types.
 * - `json request Service/Method` or `Method`, then `json answer` or `json error`: a call in proto3's JSON. A stream
 *   answers with several messages; the first of an endless one are enough.
 * - `python`: run by the system tests.
 */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Block {
  language: string;
  /** The words behind the language. */
  words: string[];
  text: string;
  /** Of its first line in the page, counted from 1. */
  line: number;
  /** Where the text begins in the page. */
  start: number;
}

/** The pages of docs/ by their names, such as `api.md`. */
export async function pages(): Promise<string[]> {
  return (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).sort();
}

export function pathOf(page: string): string {
  return join(ROOT, 'docs', page);
}

export function readPage(page: string): string {
  return readFileSync(pathOf(page), 'utf8');
}

export function blocksOf(page: string): Block[] {
  const text = readPage(page);
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: info = '', 2: code = '', index }) => {
      const [language = '', ...words] = info.split(' ');
      const start = index + '```\n'.length + info.length;
      return { language, words, text: code, line: text.slice(0, start).split('\n').length, start };
    },
  );
}
