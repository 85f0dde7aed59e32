import { GrammarUtils } from 'langium';
import { LIMITS } from '../../base/limits.ts';
import { quoted } from '../../model/reference.ts';
import { unbundle } from '../../model/schema-bundle.ts';
import { type Import, isImport } from '../language/generated/ast.ts';
import { parse } from '../parse.ts';
import type { ParsedFile, ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import type { ReadImport, SourceFile } from '../source-file.ts';

/** How many files one schema has at most. */
const MAX_FILES = 100;

interface Found {
  /** Undefined if a file exceeds a limit and was not read at all. */
  parsed: ParsedSchema | undefined;
  /** Every file that was read. */
  files: SourceFile[];
}

/** Parses a file and all that it imports. */
export async function parseAll(
  source: SourceFile,
  read: ReadImport | undefined,
  report: Report,
): Promise<Found> {
  const bundled = unbundle(source.text);
  if (bundled === undefined) return new Imports(source, folderOf(source.path), read, report).follow();
  const [root] = bundled;
  const rootReport = report.in(root.path);
  const imports = new Imports(root, '', readerOf(bundled), rootReport);
  const found = await imports.follow();
  for (const [i, { path }] of bundled.entries()) {
    const isFirst = bundled.findIndex((file) => file.path === path) === i;
    if (isFirst && found.files.some((file) => file.path === path)) continue;
    const message = isFirst
      ? `nothing imports the file ${quoted(path)} of this bundle; leave it out`
      : `the bundle has the file ${quoted(path)} twice; leave one of them out`;
    rootReport.error(undefined, 'bad-bundle', message);
  }
  return found;
}

function readerOf(files: readonly SourceFile[]): ReadImport {
  // Of two with the same path, which is an error, the first counts.
  const texts = new Map(files.toReversed().map(({ path, text }) => [path, text]));
  return async (path) => texts.get(path);
}

/** An import on its way in, with the chain of files that led to it. */
interface Step {
  /** From the root's folder. */
  path: string;
  chain: readonly string[];
}

class Imports {
  readonly #root: SourceFile;
  /** In front of every path that is told; empty, or ends with `/`. */
  readonly #folder: string;
  readonly #read: ReadImport | undefined;
  readonly #report: Report;
  readonly #parsed: ParsedFile[] = [];
  readonly #files: SourceFile[] = [];
  /** Paths from the root's folder. */
  readonly #seen = new Set<string>();
  #isComplete = true;
  #bytes = 0;

  constructor(root: SourceFile, folder: string, read: ReadImport | undefined, report: Report) {
    this.#root = root;
    this.#folder = folder;
    this.#read = read;
    this.#report = report;
  }

  async follow(): Promise<Found> {
    const path = this.#root.path.slice(this.#folder.length);
    this.#seen.add(path);
    if (!(await this.#add(this.#root.text, { path, chain: [] })))
      return { parsed: undefined, files: this.#files };
    const [{ tree }] = this.#parsed;
    return { parsed: { tree, files: this.#parsed, isComplete: this.#isComplete }, files: this.#files };
  }

  /** Depth first, in the order of the imports. @returns false if a limit stops everything */
  async #add(text: string, step: Step): Promise<boolean> {
    const file = { path: `${this.#folder}${step.path}`, text };
    const report = this.#report.in(file.path);
    this.#files.push(file);
    this.#bytes += Buffer.byteLength(text);
    if (this.#files.length > 1 && this.#bytes > LIMITS.schemaBytes.max) {
      const message = `all files together have more than ${LIMITS.schemaBytes.max} bytes; write a smaller schema`;
      report.error(undefined, 'file-too-large', message);
      return false;
    }
    const parsed = parse(file, report);
    if (parsed === undefined) return false;
    this.#parsed.push(parsed);
    const inThisFile = new Set<string>();
    for (const declaration of parsed.tree.declarations.filter(isImport)) {
      if (!(await this.#import(declaration, step, inThisFile, report))) return false;
    }
    return true;
  }

  async #import(declaration: Import, from: Step, inThisFile: Set<string>, report: Report): Promise<boolean> {
    const node = GrammarUtils.findNodeForProperty(declaration.$cstNode, 'path');
    const refuse = (code: string, message: string): true => {
      report.error(node, code, message);
      this.#isComplete = false;
      return true;
    };
    const written = node?.text.slice(1, -1);
    if (written === undefined) {
      // A syntax error says what is missing.
      this.#isComplete = false;
      return true;
    }
    const problem = problemOf(written);
    if (problem !== undefined) return refuse('bad-import', problem);
    const path = `${folderOf(from.path)}${written.replace(/^(?:\.\/)+/, '')}`;
    if (inThisFile.has(path)) {
      report.error(node, 'duplicate-import', `${quoted(written)} is imported twice; remove one of them`);
      return true;
    }
    inThisFile.add(path);
    const chain = [...from.chain, from.path];
    if (chain.includes(path)) {
      report.error(node, 'import-cycle', cycle(chain, path));
      return true;
    }
    if (this.#seen.has(path)) return true;
    this.#seen.add(path);
    if (this.#read === undefined) {
      const instead = '`pemba schema write` sends what a file imports along with it';
      return refuse('import-not-found', `this text came without the files that it imports; ${instead}`);
    }
    if (this.#files.length >= MAX_FILES)
      return refuse('too-many-files', `a schema has at most ${MAX_FILES} files; join some of them`);
    const text = await this.#read(path);
    if (text === undefined) {
      const message = `there is no file ${quoted(`${this.#folder}${path}`)}; paths start at the folder of the importing file`;
      return refuse('import-not-found', message);
    }
    return this.#add(text, { path, chain });
  }
}

function problemOf(path: string): string | undefined {
  const rule = 'write a path from the folder of this file, such as `base/people.pemba`';
  if (path === '') return `an empty path names no file; ${rule}`;
  if (path.includes('\\')) return `${quoted(path)} has a backslash; write \`/\` between folders`;
  if (path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path))
    return `${quoted(path)} does not start at this file; ${rule}`;
  const segments = path.replace(/^(?:\.\/)+/, '').split('/');
  if (segments.includes('..'))
    return `${quoted(path)} leaves the folder of this file; import only what lies in it or below`;
  if (segments.includes('.') || segments.includes('')) return `${quoted(path)} is no plain path; ${rule}`;
  return undefined;
}

function cycle(chain: readonly string[], path: string): string {
  const around = [...chain.slice(chain.indexOf(path)), path].map(quoted).join(' → ');
  return `${quoted(path)} imports itself: ${around}; remove one of the imports`;
}

/** With the slash at its end; empty if there is none. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
