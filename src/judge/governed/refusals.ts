/** What an actor is told whom a clause of the schema does not let make a write. */
import { PembaError, type Reason } from '../../base/errors.ts';
import { formatObject, type ObjectRef, quoted } from '../../model/reference.ts';
import { formatTuple, formatTupleWhole } from '../../model/tuple.ts';
import type { Clause, CompiledMember } from '../../schema/compiled-schema.ts';
import type { Effect } from '../effects.ts';
import { formatPlace } from '../place.ts';
import type { Actor } from './actor.ts';
import type { WrittenObject } from './objects-of-write.ts';

/** A refusal that is told only if nothing of the same kind is refused before it. */
export interface Refused {
  /** Of the update that it is about. */
  index: number;
  error: PembaError;
}

/** @throws PembaError that of the first update, if there is any */
export function throwFirst(refused: readonly Refused[]): void {
  let first: Refused | undefined;
  for (const each of refused) if (first === undefined || each.index < first.index) first = each;
  if (first !== undefined) throw first.error;
}

/** @param why it is in doubt that the clause holds, as {@link Actor.whyNot} says it; here and below */
export function notCreated(
  actor: Actor,
  { ref, adds }: WrittenObject,
  createdBy: Clause,
  why: string,
): Refused {
  const what = `may not create ${quoted(formatObject(ref))}`;
  return doesNotHold('NOT_CREATED_BY', adds[0].index, actor, what, createdBy, why);
}

/** For a tuple whose subject is not there. */
export function notBorn(subject: ObjectRef, index: number, { text, source }: Clause): Refused {
  const what = `${quoted(formatObject(subject))} does not exist`;
  return refused(
    'NOT_CREATED_BY',
    index,
    `${what}, and only its creation may name it (\`created by ${text}\`, ${formatPlace(source)})`,
  );
}

export function notDeleted(
  actor: Actor,
  { ref, removes }: WrittenObject,
  deletedBy: Clause,
  why: string,
): Refused {
  const what = `may not remove the last tuple of ${quoted(formatObject(ref))}`;
  return doesNotHold('NOT_DELETED_BY', removes[0].index, actor, what, deletedBy, why);
}

export function notGranted(actor: Actor, { update, index }: Effect, grantedBy: Clause, why: string): Refused {
  const what = `may not add ${quoted(formatTupleWhole(update.tuple))}`;
  return doesNotHold('NOT_GRANTED_BY', index, actor, what, grantedBy, why);
}

export function notRevoked(actor: Actor, { update, index }: Effect, revokedBy: Clause, why: string): Refused {
  const what = `may not remove ${quoted(formatTuple(update.tuple))}`;
  return doesNotHold('NOT_REVOKED_BY', index, actor, what, revokedBy, why);
}

/** For a tuple in a relation without `granted by`. */
export function notGrantable(effect: Effect, member: CompiledMember): Refused {
  const why = 'has no `granted by`, so an actor writes it only while the object is new under `created by`';
  return notGovernable('NOT_GRANTED_BY', effect, member, why);
}

/** For a tuple in a relation with neither `revoked by` nor `granted by`. */
export function notRevocable(effect: Effect, member: CompiledMember): Refused {
  const why = 'has neither `revoked by` nor `granted by`, so an actor removes it only with the whole object';
  return notGovernable('NOT_REVOKED_BY', effect, member, why);
}

function notGovernable(
  reason: Reason,
  { update, index }: Effect,
  { source }: CompiledMember,
  why: string,
): Refused {
  const { tuple } = update;
  const relation = `\`${tuple.object.type}#${tuple.relation}\` (${formatPlace(source)})`;
  return refused(reason, index, `${quoted(formatTuple(tuple))}: ${relation} ${why}`);
}

function doesNotHold(
  reason: Reason,
  index: number,
  actor: Actor,
  what: string,
  { keyword, text, source }: Clause,
  why: string,
): Refused {
  const clause = `\`${keyword} ${text}\` (${formatPlace(source)})`;
  return refused(reason, index, `${quoted(actor.name)} ${what}: ${clause} does not hold for it${why}`);
}

function refused(reason: Reason, index: number, what: string): Refused {
  const field = `updates[${index}].tuple`;
  return {
    index,
    error: new PembaError(reason, `updates[${index}]: ${what}; nothing was written`, { field }),
  };
}
