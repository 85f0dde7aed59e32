/** How a failure reads on standard error. */
import { PembaError } from '../base/errors.ts';
import { ServiceError } from '../client/service-error.ts';
import { painter } from './colors.ts';
import type { Io } from './io.ts';

/** What to try, where the message of the service cannot know how it was called. */
const HINTS: Readonly<Record<string, string>> = {
  UNREACHABLE: 'name another address with --address or PEMBA_ADDRESS',
  TLS_EXPECTED: 'connect with --tls, or --tls-ca FILE if its authority is not one this system trusts',
  TLS_UNEXPECTED: 'leave out --tls and the other --tls- options',
  TLS_UNTRUSTED: 'name the authority of its certificate with --tls-ca FILE',
  TLS_CLIENT_UNKNOWN: 'show a certificate with --tls-cert FILE --tls-key FILE',
  NO_ANSWER: 'give it longer with --timeout',
  CREDENTIAL_MISSING: 'put a token into PEMBA_TOKEN, or into a file for --token-file',
  UNKNOWN_STORE: '`pemba store list` lists them',
};

/** Prints `error: …`, then what is known of reason and field, a line each. */
export function printError({ stderr, env }: Io, error: unknown): void {
  const paint = painter(stderr, env);
  if (!(error instanceof PembaError || error instanceof ServiceError)) {
    // A defect of ours: where it arose is all that helps.
    stderr.write(`${paint('red', 'error:')} ${error instanceof Error ? error.stack : String(error)}\n`);
    return;
  }
  const lines = [`${paint('red', 'error:')} ${error.message}`];
  if (error.reason !== undefined) lines.push(`  reason: ${error.reason}`);
  if (error.field !== undefined) lines.push(`  field: ${error.field}`);
  const hint = HINTS[error.reason ?? ''];
  if (hint !== undefined) lines.push(`  try: ${hint}`);
  if (error.reason === 'INTERNAL' && error.cause !== undefined)
    lines.push(`  cause: ${describe(error.cause)}`);
  stderr.write(`${lines.join('\n')}\n`);
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
