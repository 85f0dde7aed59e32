/** Reads the text form of what a tuple carries: `[condition {…}] [expires T]`, each part or none. */
import { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { parseTimestamp } from '../base/timestamp.ts';
import type { Grant, TupleCondition } from './grant.ts';
import { isName, quoted } from './reference.ts';

const EXPIRES = 'expires';

/**
 * @param text what follows the subject, without white space around it
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseGrant(text: string, field: string): Grant {
  return new GrantReader(text, field).read();
}

class GrantReader {
  private readonly text: string;
  private readonly field: string;
  private at = 0;

  constructor(text: string, field: string) {
    this.text = text;
    this.field = field;
  }

  read(): Grant {
    const grant: { condition?: TupleCondition; expiresAt?: number } = {};
    while (this.at < this.text.length) {
      if (this.text[this.at] !== '[') {
        throw this.wrong('nothing but `[condition {…}]` and `[expires …]` may follow the subject');
      }
      const start = this.at++;
      const part = this.part(start);
      if (typeof part === 'number') {
        if (grant.expiresAt !== undefined) throw this.wrong('there are two expiries; write one');
        grant.expiresAt = part;
      } else {
        if (grant.condition !== undefined) throw this.wrong('there are two conditions; a tuple carries one');
        if (grant.expiresAt !== undefined) throw this.wrong('write the condition before the expiry');
        grant.condition = part;
      }
      this.skipSpaces();
    }
    return grant;
  }

  /** What stands in one pair of brackets, the first of which is passed already. */
  private part(start: number): TupleCondition | number {
    this.skipSpaces();
    const from = this.at;
    while (this.at < this.text.length && !/[\s\]{]/.test(this.text[this.at] as string)) this.at++;
    const name = this.text.slice(from, this.at);
    this.skipSpaces();
    if (name === EXPIRES && this.text[this.at] !== ']' && this.text[this.at] !== '{')
      return this.expiry(start);
    if (!isName(name)) throw this.wrong(`${quoted(name)} is no name of a condition`);
    const context = this.text[this.at] === '{' ? this.context() : {};
    this.skipSpaces();
    if (this.text[this.at] !== ']') {
      throw this.wrong(
        `the bracket of \`${name}\` is not closed; write \`[${name} {"parameter": value, …}]\`, the values as JSON`,
      );
    }
    this.at++;
    return { name, context };
  }

  private expiry(start: number): number {
    const end = this.text.indexOf(']', this.at);
    if (end < 0) throw this.wrong(`\`${this.text.slice(start)}\` is not closed by \`]\``);
    const text = this.text.slice(this.at, end).trim();
    const ms = parseTimestamp(text);
    if (ms === undefined) {
      throw this.wrong(
        `${quoted(text)} is no point in time of the years 1 to 9999; write it as \`2030-01-01T00:00:00Z\``,
      );
    }
    this.at = end + 1;
    return ms;
  }

  /** A JSON object; its end is found first, for a string in it may hold brackets. */
  private context(): Record<string, Json> {
    const start = this.at;
    const end = this.endOfObject(start);
    const json = this.text.slice(start, end);
    try {
      const value = JSON.parse(json) as Record<string, Json>;
      this.at = end;
      return value;
    } catch {
      throw this.wrong(`${quoted(json)} is no JSON`);
    }
  }

  private endOfObject(start: number): number {
    let depth = 0;
    let isInString = false;
    for (let at = start; at < this.text.length; at++) {
      const character = this.text[at];
      if (isInString) {
        if (character === '\\') at++;
        else if (character === '"') isInString = false;
      } else if (character === '"') isInString = true;
      else if (character === '{') depth++;
      else if (character === '}' && --depth === 0) return at + 1;
    }
    throw this.wrong(`${quoted(this.text.slice(start))} is no JSON object: it has no end`);
  }

  private skipSpaces(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  private wrong(what: string): PembaError {
    return new PembaError('MALFORMED_REFERENCE', `${this.field} ${quoted(this.text)}: ${what}`, {
      field: this.field,
    });
  }
}
