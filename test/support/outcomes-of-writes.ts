/** What became of a write. */
import { failureOf } from './client.ts';

/** `written`, or the reason why not. */
export type Outcome = string;

export async function outcome(write: () => Promise<unknown>): Promise<Outcome> {
  try {
    await write();
    return 'written';
  } catch (error) {
    return failureOf(error).reason ?? 'no reason';
  }
}
