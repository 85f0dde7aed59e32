/** Finds the types of references. Those that follow each other are mostly of one type, so the last one is tried first. */
import type { TypePlan } from './member.ts';

export class TypeFinder {
  private readonly types: ReadonlyMap<string, TypePlan>;
  private last: TypePlan | undefined;

  constructor(types: ReadonlyMap<string, TypePlan>) {
    this.types = types;
  }

  /** The type of `type:id…`; undefined if it is of none, or no reference. */
  find(reference: string): TypePlan | undefined {
    if (this.last !== undefined && reference.startsWith(this.last.prefix)) return this.last;
    const colon = reference.indexOf(':');
    const found = colon < 0 ? undefined : this.types.get(reference.slice(0, colon));
    if (found !== undefined) this.last = found;
    return found;
  }
}
