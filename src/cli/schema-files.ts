/** A schema file and what it imports, read from where it lies. */
import { basename, dirname, join } from 'node:path';
import { isNoSuchFile } from '../base/text-file.ts';
import { bundle } from '../model/schema-bundle.ts';
import type { Io } from './io.ts';
import { nameOf, readInput, STDIN } from './read-input.ts';

export class SchemaFiles {
  /** As diagnostics name it. */
  readonly path: string;
  readonly text: string;
  /** What was imported, by the path from the folder of the file. */
  readonly #imported = new Map<string, string>();
  readonly #io: Io;
  readonly #source: string;

  private constructor(io: Io, source: string, text: string) {
    this.#io = io;
    this.#source = source;
    this.path = nameOf(source);
    this.text = text;
  }

  /** @param source a path, or `-` for standard input. @throws PembaError FILE_UNREADABLE */
  static async read(io: Io, source: string): Promise<SchemaFiles> {
    return new SchemaFiles(io, source, await readInput(io, source));
  }

  /** Reads an imported file by its path from the folder of the root; undefined if there is none. */
  get readImport(): ((path: string) => Promise<string | undefined>) | undefined {
    return this.#source === STDIN ? undefined : (path) => this.#read(path);
  }

  get hasImports(): boolean {
    return this.#imported.size > 0;
  }

  /** All that was read as one text, to be sent. */
  bundle(): string {
    const imported = [...this.#imported].map(([path, text]) => ({ path, text }));
    return bundle([{ path: basename(this.#source), text: this.text }, ...imported]);
  }

  /** The text of a file as diagnostics name it; empty if it was not read. */
  textOf(file: string): string {
    if (file === this.path) return this.text;
    const folder = this.path.slice(0, this.path.lastIndexOf('/') + 1);
    return this.#imported.get(file.slice(folder.length)) ?? '';
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      const text = await readInput(this.#io, join(dirname(this.#source), path));
      this.#imported.set(path, text);
      return text;
    } catch (error) {
      if (isNoSuchFile(error)) return undefined;
      throw error;
    }
  }
}
