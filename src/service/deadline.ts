/** How long a caller waits. */
import { PembaError } from '../base/errors.ts';

/** The promise's outcome, or DEADLINE once `deadline` (milliseconds since 1970) has passed. */
export async function within<T>(promise: Promise<T>, deadline: number): Promise<T> {
  const left = deadline - Date.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PembaError('DEADLINE', 'the deadline passed while waiting; try again with a later one')),
      Math.max(0, Math.min(left, 2 ** 31 - 1)),
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
