const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const MAX_SECONDS = 100 * 365 * 86_400;

/** The seconds of `90d`; undefined if that is no period, or one of 0 or of more than 100 years. */
export function parseWithin(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,10})([smhd])$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const seconds = Number(count) * UNITS[unit];
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : undefined;
}
