/**
 * A schema of several files as one text, which is how it travels and is stored: each file as it is, behind a line
 * that names it, the root first. Nothing is lost: every file keeps its lines, comments and imports.
 *
 * ```
 * //# pemba-file: platform.pemba
 * import "base/people.pemba"
 * //# pemba-file: base/people.pemba
 * type user
 * ```
 */
/** A file of a schema and how it is called. */
export interface BundledFile {
  path: string;
  text: string;
}

const MARK = '//# pemba-file:';
const MARK_LINE = /^\/\/# pemba-file:[ \t]*(.*?)[ \t]*$/;

/** @param files the root first; paths from the root's folder. A single file is its own bundle. */
export function bundle(files: readonly BundledFile[]): string {
  if (files.length === 1) return files[0].text;
  return files
    .map(({ path, text }) => `${MARK} ${path}\n${text.endsWith('\n') ? text : `${text}\n`}`)
    .join('');
}

function isBundle(text: string): boolean {
  return text.startsWith(MARK);
}

/** The files of a bundle, the root first; of a text that is none, undefined. */
export function unbundle(text: string): BundledFile[] | undefined {
  if (!isBundle(text)) return undefined;
  const files: { path: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const path = MARK_LINE.exec(line.replace(/\r$/, ''))?.[1];
    if (path !== undefined) files.push({ path, lines: [] });
    else files.at(-1)?.lines.push(line);
  }
  return files.map(({ path, lines }) => ({ path, text: lines.join('\n') }));
}

/** The line, from 0, on which a file that is no bundle has what would look like the start of another file. */
export function lineOfMark(text: string): number | undefined {
  if (!text.includes(MARK)) return undefined;
  const line = text.split(/\r\n|\r|\n/).findIndex((each) => each.startsWith(MARK));
  return line < 0 ? undefined : line;
}
