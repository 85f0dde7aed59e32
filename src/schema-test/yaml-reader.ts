/** Reads values out of a YAML document, and keeps what is wrong with them by line. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Context, Place, Problem } from './test-file.ts';

/** A mapping, by its keys. */
export interface Fields extends Place {
  get(key: string): Node | undefined;
}

export class YamlReader {
  readonly problems: Problem[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { message, pos } of [...this.#document.errors, ...this.#document.warnings])
      this.problem(this.#placeAt(pos[0]), message);
  }

  /** The mapping that the whole file is. */
  root(keys: readonly string[]): Fields | undefined {
    const { contents } = this.#document;
    if (contents === null || isScalar(contents)) {
      this.problem(
        { line: 1, column: 1 },
        `a test file starts with \`schema: FILE\`; known keys are ${list(keys)}`,
      );
      return undefined;
    }
    return this.fields(contents, keys, 'a test file');
  }

  /** @param what how to call it, such as `a write`. @returns undefined after a problem */
  fields(node: Node, keys: readonly string[], what: string): Fields | undefined {
    const map = this.#resolved(node);
    if (!isMap(map)) {
      this.problem(this.placeOf(node), `${what} is a mapping of ${list(keys)}`);
      return undefined;
    }
    this.#refuseUnknown(map, keys, what);
    return {
      ...this.placeOf(node),
      get: (key) => {
        const value = map.get(key, true) as Node | undefined;
        // `allowed:` with nothing behind it is the same as no such key.
        return value === undefined || (isScalar(value) && value.value === null) ? undefined : value;
      },
    };
  }

  items(node: Node | undefined, what: string): Node[] {
    if (node === undefined) return [];
    const seq = this.#resolved(node);
    if (isSeq(seq)) return seq.items as Node[];
    this.problem(
      this.placeOf(node),
      `\`${what}\` is a list; write each entry on a line that starts with \`- \``,
    );
    return [];
  }

  string(node: Node, what: string): string | undefined {
    const scalar = this.#resolved(node);
    if (isScalar(scalar) && typeof scalar.value === 'string') return scalar.value;
    const reason = isScalar(scalar)
      ? `it is ${scalar.value === null ? 'empty' : `a ${typeof scalar.value}`}`
      : 'it is none';
    this.problem(this.placeOf(node), `${what} is a string, and ${reason}; put it in quotes`);
    return undefined;
  }

  /** The lines of a text with the place of each. */
  lines(node: Node, what: string): { text: string; place: Place }[] {
    const text = this.string(node, what);
    if (text === undefined) return [];
    const place = this.placeOf(node);
    const { type } = node as Scalar;
    if (type === Scalar.BLOCK_FOLDED || (type !== Scalar.BLOCK_LITERAL && text.includes('\n'))) {
      this.problem(place, `write ${what} behind \`|\`, one a line`);
      return [];
    }
    const first = place.line + (type === Scalar.BLOCK_LITERAL ? 1 : 0);
    return text.split('\n').map((line, i) => ({
      text: line,
      place: { line: first + i, column: type === Scalar.BLOCK_LITERAL ? 1 : place.column },
    }));
  }

  context(node: Node | undefined): Context {
    if (node === undefined) return {};
    if (isMap(this.#resolved(node))) return node.toJS(this.#document) as Record<string, Json>;
    this.problem(this.placeOf(node), '`context` is a mapping of parameters to values');
    return {};
  }

  /** What `read` makes of something; what it refuses becomes a problem. */
  attempt<T>(place: Place, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof PembaError)) throw error;
      this.problem(place, error.message);
      return undefined;
    }
  }

  problem({ line, column }: Place, message: string): void {
    this.problems.push({ line, column, message });
  }

  placeOf(node: Node): Place {
    return this.#placeAt(node.range?.[0] ?? 0);
  }

  #refuseUnknown(map: YAMLMap, keys: readonly string[], what: string): void {
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      if (keys.includes(name)) continue;
      const hint = didYouMean(name, keys);
      this.problem(
        this.placeOf(key as Node),
        `${what} has no key \`${name}\`${hint === '' ? `; known are ${list(keys)}` : hint}`,
      );
    }
  }

  #resolved(node: Node): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function list(keys: readonly string[]): string {
  return keys.map((key) => `\`${key}\``).join(', ');
}
