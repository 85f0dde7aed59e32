/** How long a caller waits. */
import { PembaError } from '../base/errors.ts';

const WHILE_WAITING = 'the deadline passed while waiting; try again with a later one';

/** What a caller is told whose write is under way when the deadline passes. */
export const WRITE_UNDER_WAY =
  'the deadline passed while the write was under way, so it may or may not happen; send it again with the same idempotency_key and a later deadline, or read what is stored';

/** The promise's outcome, or DEADLINE once `deadline` (milliseconds since 1970) has passed. */
export async function within<T>(promise: Promise<T>, deadline: number, message = WHILE_WAITING): Promise<T> {
  const left = deadline - Date.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PembaError('DEADLINE', message)),
      Math.max(0, Math.min(left, 2 ** 31 - 1)),
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
