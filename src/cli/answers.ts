/** How answers look, and what exit code they make. */
import type { Answer } from '../client/requests.ts';
import { type Color, painter } from './colors.ts';
import type { Context } from './context.ts';

/** The exit code for a "no" that was asked for as a code. */
export const NOT_ALLOWED = 2;

const COLORS: Readonly<Record<Answer, Color>> = { allowed: 'green', denied: 'red', conditional: 'yellow' };

/** ` (depends on ip, now)`, or nothing. */
export function dependsOn(missing: readonly string[] | undefined): string {
  return missing === undefined ? '' : ` (depends on ${missing.join(', ')})`;
}

/** The answer, coloured for standard output. */
export function paintedAnswer({ io }: Context, answer: Answer, width = 0): string {
  return painter(io.stdout, io.env)(COLORS[answer], answer.padEnd(width));
}
