/** Which objects a refusal may name to the actor of a write. */

import { must } from '../../base/assert.ts';
import { asPembaError } from '../../base/errors.ts';
import { YES } from '../../engine/memo.ts';
import type { Plan } from '../../engine/plan.ts';
import { formatObject, type ObjectRef } from '../../model/reference.ts';
import type { Update } from '../../model/write.ts';
import type { View } from '../../view/view.ts';
import { Names } from '../violation.ts';
import type { Actor } from './actor.ts';

/**
 * All for the trusted path. For an actor those that the write itself names, the actor, and those on which the actor is
 * in some relation or permission.
 */
export function namesFor(
  plan: Plan,
  view: View,
  actor: Actor | undefined,
  updates: readonly Update[],
): Names {
  if (actor === undefined) return new Names(view, () => true);
  actor.stateChanged();
  const named = new Set([actor.name]);
  for (const { tuple } of updates) {
    named.add(formatObject(tuple.object));
    named.add(formatObject(tuple.subject));
  }
  return new Names(view, (object) => {
    const ref = { type: view.graph.types.name(view.typeOf(object)), id: view.idOf(object) };
    return named.has(formatObject(ref)) || hasAnything(plan, actor, ref);
  });
}

function hasAnything(plan: Plan, actor: Actor, ref: ObjectRef): boolean {
  for (const member of must(plan.types.get(ref.type), ref.type).members.values()) {
    try {
      if (actor.ask(member, ref) === YES) return true;
    } catch (error) {
      if (asPembaError(error).code === 'INTERNAL') throw error;
      // What cannot be told for its cost is not told.
      return false;
    }
  }
  return false;
}
