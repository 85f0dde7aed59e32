/** How the text of an option becomes its value. */
import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../base/nearest.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `500ms`, `10s`, `5m`, `12h`, `90d` or `2w`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d|w)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Expected a duration such as `500ms`, `10s`, `5m`, `12h`, `90d` or `2w`.');
}

/** A time of RFC 3339, with its zone. */
export function parseTime(text: string): Date {
  const [, day] = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const time = new Date(day === undefined || !isDay(day) ? Number.NaN : text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('Expected a time with its zone, such as `2030-01-01T00:00:00Z`.');
}

/** False for 31 February, which `Date` takes for 3 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A time of RFC 3339, a date, which begins at midnight UTC, or how long ago it was: `2d`. */
export function parsePast(text: string): Date {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return parseTime(`${text}T00:00:00Z`);
    return /^\d+[a-z]+$/.test(text) ? new Date(Date.now() - parseDuration(text)) : parseTime(text);
  } catch {
    throw new InvalidArgumentError(
      'Expected a date, such as `2026-01-31` (from midnight UTC), a time with its zone, such as `2026-01-31T09:00:00Z`, or how long ago it was, such as `30m`, `12h`, `2d` or `1w`.',
    );
  }
}

/** One of some words. */
export function parseOneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`There are ${words.join(', ')}${didYouMean(text, words)}`);
  };
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,15}$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}

/** Like {@link parseCount}, with 0. */
export function parseVersion(text: string): number {
  return text === '0' ? 0 : parseCount(text);
}

export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below, like every other value that is not an object.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new InvalidArgumentError('Expected a JSON object, such as `{"ticket": "OPS-12"}`.');
}

/** Collects the values of an option that may be given several times. */
export function repeatable<T>(parse: (text: string) => T): (text: string, before: T[] | undefined) => T[] {
  return (text, before = []) => [...before, parse(text)];
}
