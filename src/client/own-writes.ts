/** Remembers what this client wrote, so that what it asks later sees it. */
import type { Consistency } from './requests.ts';

interface Known {
  zookie: string;
  /** When it was known, on the clock of {@link OwnWrites}. */
  since: number;
}

export class OwnWrites {
  /** Of each store those zookies of which none is known to be the newest. */
  private readonly known = new Map<string, readonly Known[]>();
  /** Counts what happens here: zookies cannot be compared, but what begins after another ended is newer. */
  private clock = 0;

  /** Makes a write, and remembers its zookie. */
  async write<T extends { zookie: string }>(store: string, write: () => Promise<T>): Promise<T> {
    const begun = ++this.clock;
    const response = await write();
    // A dry run has none.
    if (response.zookie !== '') this.replace(store, begun, response.zookie);
    return response;
  }

  /** Asks a question at least as fresh as all writes that ended before. */
  async ask<T extends { zookie: string }>(
    store: string,
    ask: (consistency: Consistency | undefined) => Promise<T>,
  ): Promise<T> {
    const begun = ++this.clock;
    const hasSeveral = (this.known.get(store)?.length ?? 0) > 1;
    const response = await ask(this.consistencyOf(store));
    // One zookie now stands for all of those that it was asked for.
    if (hasSeveral) this.replace(store, begun, response.zookie);
    return response;
  }

  /** Undefined if nothing was written. */
  consistencyOf(store: string): Consistency | undefined {
    const [first, ...others] = this.known.get(store) ?? [];
    if (first === undefined) return undefined;
    // Of writes that ran at the same time nobody here knows which is the newest.
    if (others.length > 0) return { mode: 'fully_consistent' };
    return { mode: 'at_least_as_fresh', zookie: first.zookie };
  }

  private replace(store: string, begun: number, zookie: string): void {
    const others = (this.known.get(store) ?? []).filter(({ since }) => since > begun);
    this.known.set(store, [...others, { zookie, since: ++this.clock }]);
  }
}
