/** What a `name of set` leads to. */
import { PembaError } from '../../base/errors.ts';
import type { Sliced } from '../../base/slices.ts';
import { WILDCARD } from '../../model/reference.ts';
import type { AskedObject } from '../asked-objects.ts';
import type { Member, Targets } from '../member.ts';
import { YES } from '../memo.ts';
import type { Question } from './question.ts';

/**
 * By object: its member in whose name the subject may be. Only of the objects that are in `set` of `object`.
 * @param others objects that are looked at although no tuple puts the subject into their name
 */
export function* heldNames(
  question: Question,
  set: Member,
  targets: Targets,
  object: number,
  others: readonly number[],
): Sliced<ReadonlyMap<number, Member>> {
  const { walk, names, budget } = question;
  const { members, objects } = walk.candidatesFor(targets, undefined);
  const found = new Map(objects.map((each, i) => [each, members[i]]));
  for (const each of others) {
    const name = targets.ofType[names.typeOf(each)];
    if (name !== undefined && names.idOf(each) !== WILDCARD) found.set(each, name);
  }
  const held = new Map<number, Member>();
  for (const [each, name] of found) {
    if (budget.step()) yield;
    if (isHeld(question, set, object, { type: name.type, object: each })) held.set(each, name);
  }
  return held;
}

function isHeld({ walk, budget, query }: Question, set: Member, object: number, about: AskedObject): boolean {
  const isSubject = query.isPlain && query.subjectObject === about.object;
  try {
    const before = walk.work;
    const value = walk.part({ op: 'name', member: set }, set, object, isSubject ? undefined : about);
    budget.spend(walk.work - before);
    return value === YES;
  } catch (error) {
    if (error instanceof PembaError && error.reason === 'NEGATION_CYCLE') return false;
    throw error;
  }
}
