/** All invariants of one object, as it is: for a new schema, and for content that nothing has looked at yet. */
import type { TypeRules } from '../rules.ts';
import { hasOwnTuples } from '../stored.ts';
import type { Violation } from '../violation.ts';
import { checkContains, checkPath } from './contains.ts';
import type { ExcludesCheck } from './excludes.ts';
import { checkCount } from './multiplicity.ts';
import { checkOneOf } from './one-of.ts';
import type { InvariantState } from './state.ts';
import { checkUnique } from './unique.ts';

/** The first of each rule, in the order of the language's refusals. */
export function* checkObject(
  state: InvariantState,
  excludes: ExcludesCheck,
  type: TypeRules,
  object: number,
): Generator<Violation, void, undefined> {
  if (!hasOwnTuples(state.view, type.plan, object)) return;
  for (const counted of type.counted) {
    const found = checkCount(state, counted, object);
    if (found !== undefined) yield found;
  }
  for (const rule of type.uniques) {
    for (const subject of state.subjectsOf(object, rule.members[0])) {
      const found = checkUnique(state, rule, subject, 'INVARIANT_UNIQUE');
      if (found === undefined) continue;
      yield found;
      break;
    }
  }
  for (const rule of type.requires) {
    const found = checkRequirement(state, excludes, rule, object);
    if (found !== undefined) yield found;
  }
}

function checkRequirement(
  state: InvariantState,
  excludes: ExcludesCheck,
  rule: TypeRules['requires'][number],
  object: number,
): Violation | undefined {
  switch (rule.kind) {
    case 'excludes':
      return excludes.checkObject(rule, object);
    case 'path contains':
      return checkPath(state, rule, object);
    case 'contains':
      return firstOf(state.subjectsOf(object, rule.contained), (subject) =>
        checkContains(state, rule, object, subject),
      );
    case 'one of':
    case 'unique':
      for (const member of rule.members) {
        const found = firstOf(state.subjectsOf(object, member), (subject) =>
          rule.kind === 'one of'
            ? checkOneOf(state, rule, object, subject)
            : checkUnique(state, rule, subject, 'INVARIANT_REQUIRE'),
        );
        if (found !== undefined) return found;
      }
      return undefined;
  }
}

function firstOf(
  subjects: Iterable<number>,
  check: (subject: number) => Violation | undefined,
): Violation | undefined {
  for (const subject of subjects) {
    const found = check(subject);
    if (found !== undefined) return found;
  }
  return undefined;
}
