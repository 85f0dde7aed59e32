/** Asking before what cannot be undone. */
import { PembaError } from '../base/errors.ts';
import type { Context } from './context.ts';

/** Most programs that ask take `y`. */
const YES = /^(y|yes)$/i;

/**
 * Returns if `--yes` was given, or somebody at a terminal says so.
 * @param what is about to be done, as a sentence
 * @throws PembaError MALFORMED_REQUEST, CANCELLED
 */
export async function confirm({ io }: Context, what: string, isSaid: boolean | undefined): Promise<void> {
  if (isSaid === true) return;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw new PembaError('MALFORMED_REQUEST', `${what} Add --yes if that is what you want`);
  io.stderr.write(`${what} Type \`yes\` to go on: `);
  if (!YES.test((await readLine(io.stdin)).trim()))
    throw new PembaError('CANCELLED', 'it was not confirmed; nothing was done');
}

async function readLine(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
