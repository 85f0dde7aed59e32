import { visibleJson } from '../base/visible.ts';
import type { Io } from './io.ts';
import type { Parts } from './parts.ts';

/** What every command is given. */
export interface Context {
  readonly io: Io;
  readonly parts: Parts;
  /** What the process ends with if nothing is thrown. */
  exitCode: number;
}

/** Writes a line to standard output: an answer. */
export function answer(context: Context, line: string): void {
  context.io.stdout.write(`${line}\n`);
}

/** Writes a value as JSON to standard output. */
export function answerJson(context: Context, value: unknown): void {
  answer(context, visibleJson(value));
}

/** Writes a line to standard error: something beside the answer. */
export function note(context: Context, line: string): void {
  context.io.stderr.write(`${line}\n`);
}
