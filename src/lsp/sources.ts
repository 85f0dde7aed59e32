/** The texts of files: as the editor has them where they are open, else as they are on the disk. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How many files of a workspace are looked at to find out what imports what. */
const MOST_FILES = 1_000;
const MOST_FOLDERS = 10_000;
const IMPORT = /^[ \t]*import\s+"([^"\r\n]*)"/gm;

interface Open {
  uri: string;
  text: string;
}

export class Sources {
  /** By path, as all maps here. */
  readonly #open = new Map<string, Open>();
  #folders: string[] = [];
  /** Files of the workspace; undefined until they are needed. */
  #found: Promise<Set<string>> | undefined;
  /** Changes with every text. */
  generation = 0;

  /** @param uris of the folders of the workspace */
  setFolders(uris: readonly string[]): void {
    this.#folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
    this.filesChanged();
  }

  open(uri: string, text: string): void {
    this.#open.set(pathOf(uri), { uri, text });
    this.generation++;
  }

  close(uri: string): void {
    this.#open.delete(pathOf(uri));
    this.generation++;
  }

  /** Something happened on the disk. */
  filesChanged(): void {
    this.#found = undefined;
    this.generation++;
  }

  get openPaths(): string[] {
    return [...this.#open.keys()];
  }

  uriOf(path: string): string {
    return this.#open.get(path)?.uri ?? pathToFileURL(path).href;
  }

  async read(path: string): Promise<string | undefined> {
    const open = this.#open.get(path);
    if (open !== undefined) return open.text;
    try {
      return await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
  }

  /** The files that nothing imports and that lead to this one by imports; the file itself if there are none. */
  async rootsOf(path: string): Promise<string[]> {
    const importers = await this.#importers();
    const roots = new Set<string>();
    const seen = new Set([path]);
    for (const each of seen) {
      const above = importers.get(each) ?? [];
      if (above.length === 0) roots.add(each);
      for (const importer of above) seen.add(importer);
    }
    // Files that import each other in a circle are under no root.
    return roots.size === 0 ? [path] : [...roots];
  }

  async #importers(): Promise<Map<string, string[]>> {
    this.#found ??= findSchemas(this.#folders);
    const importers = new Map<string, string[]>();
    for (const path of new Set([...(await this.#found), ...this.#open.keys()])) {
      const text = (await this.read(path)) ?? '';
      for (const [, written] of text.matchAll(IMPORT)) {
        const imported = join(dirname(path), written);
        importers.set(imported, [...(importers.get(imported) ?? []), path]);
      }
    }
    return importers;
  }
}

export function pathOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
}

async function findSchemas(folders: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const due = [...folders];
  for (let i = 0; i < due.length && i < MOST_FOLDERS && found.size < MOST_FILES; i++) {
    const entries = await readdir(due[i], { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(due[i], entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) due.push(path);
      if (entry.isFile() && entry.name.endsWith('.pemba')) found.add(path);
    }
  }
  return found;
}
