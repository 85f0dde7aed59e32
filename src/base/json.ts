/** JSON as values, and as text that is the same for the same value. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The names of each object in order, so that equal values have equal texts. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
