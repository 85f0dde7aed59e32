/**
 * Finds, from an object down the graph, every subject of a kind that may be in a set of it.
 *
 * It goes through the pairs of a member and an object that a check could come to, in three phases. What is reached by
 * stored tuples, `or`, names, arrows and sets alone is in the set for certain. What is reached below `and`, `every` and
 * left of `except` only may be. What is right of `except` puts nobody into the set, and is looked at only if there is a
 * wildcard: for the exceptions from it.
 */
import { ITSELF } from '../../graph/graph.ts';
import type { View } from '../../view/view.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member, Step, Targets } from '../member.ts';
import type { Plan } from '../plan.ts';
import { HELD, NEW, POSSIBLE } from './pairs.ts';
import { type Flood, SetSearches } from './set-searches.ts';
import type { SubjectType } from './subject-type.ts';
import type { SubjectWork } from './subject-work.ts';
import { type Part, TupleFlood } from './tuple-flood.ts';

export class SubjectFlood extends TupleFlood implements Flood {
  /** Right sides of `except`, for the third phase. */
  private readonly excluded: Part[] = [];
  private readonly searches: SetSearches;

  /** @param grants says which tuples hold */
  constructor(
    plan: Plan,
    view: View,
    wanted: SubjectType,
    work: SubjectWork,
    grants: GrantValues,
    searches = new SetSearches(work),
  ) {
    super(plan, view, wanted, work, grants);
    this.searches = searches;
  }

  /**
   * A pair that is in the set with everybody in it, and below which the subject was met: so a check of that pair may spare
   * one of the whole set. Undefined if the subject was met only where exceptions from a wildcard are.
   */
  originOf(i: number): { member: Member; object: number } | undefined {
    const origin = this.met.originOf(i);
    return origin === 0 ? undefined : this.doubtful[origin - 1];
  }

  /** Finds them. @throws PembaError LIMIT */
  *run(member: Member, object: number): Generator<void, void, void> {
    this.reach(member, object);
    yield* this.drain();
    this.state = POSSIBLE;
    for (this.origin = 1; this.origin <= this.doubtful.length; this.origin++) {
      yield* this.takePart(this.doubtful[this.origin - 1]);
    }
    if (this.met.wildcardState !== POSSIBLE) return;
    this.origin = 0;
    for (let part = this.excluded.pop(); part !== undefined; part = this.excluded.pop()) {
      yield* this.takePart(part);
    }
  }

  private *takePart({ step, member, object }: Part): Generator<void, void, void> {
    this.take(step, member, object);
    yield* this.drain();
    if (this.work.isSliceOver()) yield;
  }

  /** What this flood has to go on from, and then what those do that look for objects in sets. */
  private *drain(): Generator<void, void, void> {
    yield* this.drainOwn();
    while (yield* this.searches.goOn()) yield* this.drainOwn();
  }

  *reachAll(name: Member): Generator<void, void, void> {
    // Those that no tuple mentions as well, where the name holds the object itself.
    const { wanted, met } = this;
    if (wanted.relation === ITSELF && name.type === wanted.type && met.wildcardState === NEW) {
      met.wildcardState = POSSIBLE;
    }
    for (const object of this.view.objectsOf(name.type)) {
      this.reach(name, object);
      this.work.count(1);
      if (this.work.isSliceOver()) yield;
    }
  }

  protected override take(step: Step, member: Member, object: number): void {
    this.work.count(1);
    switch (step.op) {
      case 'direct':
        this.followDirect(step, member, object);
        break;
      case 'self':
        this.meet(member.type, 0, object);
        break;
      case 'nobody':
        break;
      case 'name':
        this.reach(step.member, object);
        break;
      case 'arrow':
        this.followTargets(step, member, object);
        break;
      case 'of':
        if (!this.putOff(step, member, object)) this.listen(step.set, step.targets, object);
        break;
      case 'or':
        for (const part of step.of) this.take(part, member, object);
        break;
      case 'every':
        if (!this.putOff(step, member, object)) this.followTargets(step, member, object);
        break;
      case 'and':
        if (this.putOff(step, member, object)) break;
        for (const part of step.of) this.take(part, member, object);
        break;
      case 'except':
        if (this.putOff(step, member, object)) break;
        this.take(step.from, member, object);
        this.excluded.push({ step: step.without, member, object });
        break;
    }
  }

  /** Puts a step that does not let in all whom its parts let in off to the second phase, unless this is it. */
  private putOff(step: Step, member: Member, object: number): boolean {
    if (this.state !== HELD) return false;
    this.doubtful.push({ step, member, object });
    return true;
  }

  /** Everybody in the names of the objects that are, or come to be, in the set. */
  private listen(set: Member, targets: Targets, object: number): void {
    for (const name of targets.members) {
      this.searches.listen(this, name, set, object, () => {
        const wanted = { type: name.type, name: name.typeName, relation: ITSELF };
        const flood = new SubjectFlood(this.plan, this.view, wanted, this.work, this.grants, this.searches);
        flood.state = POSSIBLE;
        return flood;
      });
    }
  }
}
