/** The subjects of a kind that a flood has met, and whether they are in the set for certain. */
import { NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import { HELD, NEW, Pairs } from './pairs.ts';
import type { SubjectType } from './subject-type.ts';

export class MetSubjects {
  /** The wildcard: {@link NEW} while it was not met, `POSSIBLE`, or {@link HELD} if it is in the set for certain. */
  wildcardState = NEW;
  private readonly pairs = new Pairs();
  private readonly wanted: SubjectType;
  /** The number of `*` of the type; {@link NONE} if sets are wanted or no tuple holds it. */
  private readonly wildcard: number;

  constructor(view: View, wanted: SubjectType) {
    this.wanted = wanted;
    this.wildcard = wanted.relation === 0 ? view.findObject(wanted.type, WILDCARD) : NONE;
  }

  /** The objects met, or those whose wanted set was; each once; the wildcard is none of them. */
  get size(): number {
    return this.pairs.size;
  }

  /** @param i below {@link size} */
  objectAt(i: number): number {
    return this.pairs.objectOf(i + 1);
  }

  /** True if it is in the set without a doubt. */
  isCertain(i: number): boolean {
    return this.pairs.stateOf(i + 1) === HELD;
  }

  /** What it was met with first. */
  originOf(i: number): number {
    return this.pairs.originOf(i + 1);
  }

  /**
   * Notes it if it is of the kind. What is certain comes first, and is not doubted afterwards.
   * @param state what is to be said of it
   * @param origin a number that says where it was met
   */
  meet(type: number, relation: number, object: number, state: number, origin: number): void {
    if (relation !== this.wanted.relation || type !== this.wanted.type) return;
    if (object === this.wildcard) {
      if (this.wildcardState === NEW) this.wildcardState = state;
      return;
    }
    const row = this.pairs.row(object, relation);
    if (this.pairs.stateOf(row) !== NEW) return;
    this.pairs.setState(row, state);
    this.pairs.setOrigin(row, origin);
  }
}
