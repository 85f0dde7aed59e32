/** How many refusals of a store were not recorded, and whose they were. */
import type { AuditEvent } from '../model/audit-event.ts';

/** So many actors have a count of their own; all others have one together. */
const ACTORS = 20;
const OTHERS = '';

/** Of an actor, or of the others. */
interface Count {
  count: number;
  /** The last of them: where the count is told. */
  last: Pick<AuditEvent, 'revision' | 'time'>;
}

export class RefusalCounts {
  private readonly actors = new Map<string, Count>();

  get total(): number {
    let total = 0;
    for (const { count } of this.actors.values()) total += count;
    return total;
  }

  add({ actor = OTHERS, revision, time }: AuditEvent): void {
    const named = this.actors.size - (this.actors.has(OTHERS) ? 1 : 0);
    const key = this.actors.has(actor) || named < ACTORS ? actor : OTHERS;
    const count = (this.actors.get(key)?.count ?? 0) + 1;
    this.actors.set(key, { count, last: { revision, time } });
  }

  /** One for each actor that has some. */
  events(): AuditEvent[] {
    return [...this.actors].map(([actor, { count, last }]) => ({
      kind: 'refusals_not_recorded',
      ...last,
      ...(actor === OTHERS ? {} : { actor }),
      count,
    }));
  }

  /** Takes off what was told; what came meanwhile stays. */
  subtract(told: readonly AuditEvent[]): void {
    for (const { actor = OTHERS, count = 0 } of told) {
      const known = this.actors.get(actor);
      if (known === undefined) continue;
      known.count -= count;
      if (known.count === 0) this.actors.delete(actor);
    }
  }
}
