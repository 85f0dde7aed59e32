/** Removing an object wherever it stands, however often that is. */
import type { Limits } from '../base/limits.ts';
import type { Plan } from '../engine/plan.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';
import type { Update } from '../model/write.ts';
import type { Attribution } from './ledger.ts';
import type { DecisionState } from './proposal.ts';
import { portionOf, SelectedProposal } from './selected-proposal.ts';

/**
 * Removes every tuple on an object and every one that names it or a set of it: all at once if a revision can hold them,
 * else as many as it can, those that name it first.
 */
export class EraseProposal extends SelectedProposal {
  /** What it looks for is in the database, so nothing that is not there yet may stand before it. */
  readonly isAlone = true;
  /** Once it is decided: nothing is left. */
  isDone = false;
  private readonly object: ObjectRef;

  constructor(object: ObjectRef, attribution: Attribution, limits: Limits) {
    super({ actor: undefined, context: undefined }, attribution, limits.writeUpdates);
    this.object = object;
  }

  protected async select(plan: Plan, { transaction }: DecisionState): Promise<Update[]> {
    const { type, id } = this.object;
    const byName = { subjectType: type, subjectId: id };
    const byObject = { objectType: type, objectId: id };
    const atMost = this.size;
    const naming = await transaction.selectTuples(byName, atMost + 1);
    const own = await transaction.selectTuples(byObject, atMost + 1);
    const others = own.filter(({ subject }) => subject.type !== type || subject.id !== id);
    this.isDone = naming.length + others.length <= atMost;
    let tuples: Tuple[];
    if (this.isDone) tuples = [...naming, ...others];
    else if (naming.length > atMost)
      tuples = await portionOf(plan, transaction, { filter: byName, found: naming, atMost });
    else if (naming.length > 0) tuples = naming;
    else tuples = await portionOf(plan, transaction, { filter: byObject, found: own, atMost });
    return tuples.map((tuple) => ({ operation: 'delete', tuple }));
  }

  protected override placeOf(): string {
    return 'subject';
  }
}
