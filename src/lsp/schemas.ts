/** Schemas as they are understood at the moment. */
import { dirname, join, sep } from 'node:path';
import { check } from '../schema/check.ts';
import type { Diagnostic } from '../schema/diagnostic.ts';
import type { ParsedFile, ParsedSchema } from '../schema/parsed-schema.ts';
import { Report } from '../schema/report.ts';
import { resolve } from '../schema/resolve.ts';
import type { Sources } from './sources.ts';

/** A root file with all that it imports. */
export interface Schema {
  /** Undefined if the schema exceeds a limit. */
  parsed: ParsedSchema | undefined;
  diagnostics: Diagnostic[];
}

/** A file within one of the schemas that it belongs to. */
export interface FileInSchema {
  file: ParsedFile;
  parsed: ParsedSchema;
}

export class Schemas {
  readonly #sources: Sources;
  readonly #known = new Map<string, Promise<Schema>>();
  #generation = -1;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Every schema that a file is part of. */
  async allWith(path: string): Promise<Schema[]> {
    const roots = await this.#sources.rootsOf(path);
    return Promise.all(roots.map((root) => this.#schemaOf(root)));
  }

  /** The file in each schema that it is part of; empty if it cannot be read. */
  async everywhere(path: string): Promise<FileInSchema[]> {
    return (await this.allWith(path)).flatMap(({ parsed }) => fileIn(parsed, path));
  }

  /** A schema in which a file has another text, without what is wrong with it. */
  async tryOut(path: string, text: string): Promise<FileInSchema | undefined> {
    const [root] = await this.#sources.rootsOf(path);
    const report = new Report(nameOf(root));
    const read = async (each: string): Promise<string | undefined> =>
      each === path ? text : this.#sources.read(each);
    const { parsed } = await this.#resolve(root, read, report);
    return fileIn(parsed, path)[0];
  }

  #schemaOf(root: string): Promise<Schema> {
    if (this.#generation !== this.#sources.generation) this.#known.clear();
    this.#generation = this.#sources.generation;
    const known = this.#known.get(root) ?? this.#understand(root);
    this.#known.set(root, known);
    return known;
  }

  async #understand(root: string): Promise<Schema> {
    const report = new Report(nameOf(root));
    const { parsed } = await this.#resolve(root, (path) => this.#sources.read(path), report);
    if (parsed !== undefined) check(parsed, report);
    return { parsed, diagnostics: report.sorted() };
  }

  async #resolve(root: string, read: (path: string) => Promise<string | undefined>, report: Report) {
    const source = { path: nameOf(root), text: (await read(root)) ?? '' };
    return resolve(source, (path) => read(join(dirname(root), path)), report);
  }
}

function fileIn(parsed: ParsedSchema | undefined, path: string): FileInSchema[] {
  const file = parsed?.files.find((each) => each.path === nameOf(path));
  return parsed === undefined || file === undefined ? [] : [{ parsed, file }];
}

/** How the compiler calls a file: its paths have slashes. */
export function nameOf(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** The path of a file that the compiler calls so. */
export function pathOfName(name: string): string {
  return sep === '/' ? name : name.replaceAll('/', sep);
}
