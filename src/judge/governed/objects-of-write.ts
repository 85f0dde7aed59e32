/** The objects that a write adds tuples to or takes them from, as they were before it. */
import { must } from '../../base/assert.ts';
import type { Plan } from '../../engine/plan.ts';
import { NONE } from '../../graph/graph.ts';
import { formatObject, type ObjectRef } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import type { Effect } from '../effects.ts';
import { rulesOf, type TypeRules } from '../rules.ts';
import { hasOwnTuples, isMentioned, ownTuples } from '../stored.ts';

export interface WrittenObject {
  ref: ObjectRef;
  rules: TypeRules;
  /**
   * `known`: it has tuples of its own. `mentioned`: others name it, and it has none. `new`: no stored tuple names it.
   * Expired tuples count.
   */
  before: 'known' | 'mentioned' | 'new';
  adds: Effect[];
  /** Those that take a tuple away, or mean to. */
  removes: Effect[];
  /** No tuple of its own is left, expired ones included, and the write was to take some away. */
  isEmptied: boolean;
}

export class ObjectsOfWrite {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly byName = new Map<string, WrittenObject>();

  constructor(plan: Plan, view: View, effects: readonly Effect[]) {
    this.plan = plan;
    this.view = view;
    for (const effect of effects) {
      const object = this.note(effect.update.tuple.object);
      if (effect.adds) object.adds.push(effect);
      if (effect.removes) object.removes.push(effect);
    }
    for (const object of this.byName.values()) object.isEmptied = this.empties(object);
  }

  /** In the order in which the write names them. */
  all(): Iterable<WrittenObject> {
    return this.byName.values();
  }

  get(ref: ObjectRef): WrittenObject | undefined {
    return this.byName.get(formatObject(ref));
  }

  /** True if some stored tuple has the object as its own; expired ones count. */
  hasTuples(ref: ObjectRef): boolean {
    const written = this.get(ref);
    if (written !== undefined) return written.before === 'known';
    const { plan } = must(rulesOf(this.plan).types[this.plan.type(ref.type, 'object').number], ref.type);
    const object = this.view.findObject(plan.number, ref.id);
    return object !== NONE && hasOwnTuples(this.view, plan, object);
  }

  private note(ref: ObjectRef): WrittenObject {
    const name = formatObject(ref);
    let object = this.byName.get(name);
    if (object === undefined) {
      const type = this.plan.type(ref.type, 'object');
      const rules = must(rulesOf(this.plan).types[type.number], type.name);
      object = { ref, rules, before: this.stateOf(ref, rules), adds: [], removes: [], isEmptied: false };
      this.byName.set(name, object);
    }
    return object;
  }

  private stateOf({ id }: ObjectRef, { plan }: TypeRules): WrittenObject['before'] {
    const object = this.view.findObject(plan.number, id);
    if (object === NONE) return 'new';
    if (hasOwnTuples(this.view, plan, object)) return 'known';
    return isMentioned(this.view, plan, object) ? 'mentioned' : 'new';
  }

  private empties({ ref, rules, adds, removes }: WrittenObject): boolean {
    if (removes.length === 0 || adds.length > 0) return false;
    const object = this.view.findObject(rules.plan.number, ref.id);
    if (object === NONE) return true;
    const gone = removes.filter(({ stored }) => stored !== undefined).length;
    return ownTuples(this.view, rules.plan, object) === gone;
  }
}
