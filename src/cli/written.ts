import type { Output } from './io.ts';

/** Writes to an output that may be slower than what comes; resolves when it wants more. */
export async function written(output: Output, text: string): Promise<void> {
  if (output.write(text) !== false || output.once === undefined) return;
  await new Promise<void>((resolve) => output.once?.('drain', resolve));
}
