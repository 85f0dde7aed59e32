/** Points in time as text: RFC 3339, such as `2030-01-01T00:00:00Z`. */

const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The first and the last millisecond that a timestamp can name: years 1 to 9999. */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;

/** Milliseconds since 1970, what is finer cut off; undefined if it is no point in time of the years 1 to 9999. */
export function parseTimestamp(text: string): number | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  // `Date` takes February 30 for March 2.
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const ms = Date.parse(text);
  return ms >= MIN_MS && ms <= MAX_MS ? ms : undefined;
}

/** @param ms milliseconds since 1970, within the years 1 to 9999 */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
