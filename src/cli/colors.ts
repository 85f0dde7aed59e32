import type { Io, Output } from './io.ts';

const CODES = { red: 31, green: 32, yellow: 33, blue: 34 } as const;
export type Color = keyof typeof CODES;
/** Colours text, or leaves it as it is. */
export type Painter = (color: Color, text: string) => string;

/** True if the output is a terminal whose user has not asked for plain text (no-color.org). */
export function hasColors(output: Output, env: Io['env']): boolean {
  return output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** Colours text for an output that shows colours. */
export function painter(output: Output, env: Io['env']): Painter {
  if (!hasColors(output, env)) return (_, text) => text;
  return (color, text) => `\u001b[${CODES[color]}m${text}\u001b[39m`;
}
