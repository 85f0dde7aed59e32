/**
 * Whether the schema lets an actor make a write: `created by`, `deleted by`, `granted by`, `revoked by`.
 *
 * All is evaluated on the state before the write, and for a new object on that state with its own tuples and those of
 * the new objects that were justified before it.
 */
import { must } from '../../base/assert.ts';
import { PembaError, type Reason } from '../../base/errors.ts';
import { NO, type Value, YES } from '../../engine/memo.ts';
import type { Plan } from '../../engine/plan.ts';
import { formatObject, type ObjectRef, quoted, WILDCARD } from '../../model/reference.ts';
import { formatTuple, formatTupleWhole } from '../../model/tuple.ts';
import type { Clause, CompiledMember } from '../../schema/compiled-schema.ts';
import type { OverlayView } from '../../view/view.ts';
import type { Effect } from '../effects.ts';
import { formatPlace } from '../place.ts';
import { rulesOf, type TypeRules } from '../rules.ts';
import type { Actor, Asked } from './actor.ts';
import { type LinkedExpression, linkClause } from './linked-clause.ts';
import { ObjectsOfWrite, type WrittenObject } from './objects-of-write.ts';

/** What is not judged by the object's own names. */
const NO_SUBJECT = (): Value => NO;

/** @throws PembaError NOT_CREATED_BY, NOT_DELETED_BY, NOT_GRANTED_BY, NOT_REVOKED_BY, LIMIT; the view is as it was */
export function judgeGoverned(plan: Plan, view: OverlayView, actor: Actor, effects: readonly Effect[]): void {
  new GovernedWrite(plan, view, actor, effects).judge();
}

/** A refusal that is told only if no object of the write is refused before it. */
interface Refused {
  index: number;
  error: PembaError;
}

class GovernedWrite {
  private readonly plan: Plan;
  private readonly view: OverlayView;
  private readonly actor: Actor;
  private readonly effects: readonly Effect[];
  private readonly objects: ObjectsOfWrite;
  /** New objects of types with `created by` that may be. */
  private readonly justified = new Set<WrittenObject>();
  private readonly refusedGrants: Refused[] = [];

  constructor(plan: Plan, view: OverlayView, actor: Actor, effects: readonly Effect[]) {
    this.plan = plan;
    this.view = view;
    this.actor = actor;
    this.effects = effects;
    this.objects = new ObjectsOfWrite(plan, view, effects);
  }

  judge(): void {
    this.judgeCreation();
    this.judgeDeletion();
    this.judgeGrants();
    this.judgeRevocations();
  }

  private judgeCreation(): void {
    const refused: Refused[] = [];
    const subjectValues = this.subjectValues();
    for (const object of this.objects.all()) {
      if (object.before !== 'mentioned' || object.adds.length === 0 || object.rules.createdBy === undefined)
        continue;
      const why = this.whyNot(object.rules, object.rules.createdBy, { object: object.ref });
      if (why !== undefined) refused.push(this.notCreated(object, object.rules.createdBy, why));
    }
    this.justifyInOrder(subjectValues, refused);
    for (const { update, adds, index } of this.effects) {
      if (adds) this.refuseUnborn(update.tuple.subject, index, refused);
    }
    throwFirst(refused);
  }

  /** Names may not be occupied before the object that bears them is there. */
  private refuseUnborn(subject: ObjectRef, index: number, refused: Refused[]): void {
    if (subject.id === WILDCARD) return;
    const rules = must(
      rulesOf(this.plan).types[this.plan.type(subject.type, 'subject').number],
      subject.type,
    );
    if (rules.createdBy === undefined || this.objects.hasTuples(subject)) return;
    if ((this.objects.get(subject)?.adds.length ?? 0) > 0) return;
    const { text, source } = rules.createdBy;
    refused.push({
      index,
      error: refusal(
        'NOT_CREATED_BY',
        index,
        `${quoted(formatObject(subject))} does not exist, and only its creation may name it (\`created by ${text}\`, ${formatPlace(source)})`,
      ),
    });
  }

  /**
   * Round by round: in each, every new object that the old state and the objects of the rounds before justify.
   * So two cannot justify each other, and the order of the updates does not matter.
   */
  private justifyInOrder(subjectValues: ReadonlyMap<Effect, SubjectValues>, refused: Refused[]): void {
    let waiting = [...this.objects.all()].filter(
      ({ before, adds, rules }) => before === 'new' && adds.length > 0 && rules.createdBy !== undefined,
    );
    if (waiting.length === 0) return;
    const rounds: WrittenObject[][] = [];
    const reasons = new Map<WrittenObject, string>();
    this.inRounds(rounds, () => {
      const born = waiting.filter((object) => {
        const clause = must(object.rules.createdBy, 'created by');
        const why = this.withTuples(object.adds, () =>
          this.whyNot(object.rules, clause, { object: object.ref }),
        );
        if (why === undefined) this.justified.add(object);
        else reasons.set(object, why);
        return why === undefined;
      });
      if (born.length > 0) rounds.push(born);
      waiting = waiting.filter((object) => !this.justified.has(object));
    });
    for (const object of waiting) {
      const clause = must(object.rules.createdBy, 'created by');
      refused.push(this.notCreated(object, clause, reasons.get(object) ?? ''));
    }
    if (refused.length > 0) return;
    this.inRounds(rounds, (round) => {
      for (const object of round ?? []) {
        this.withTuples(object.adds, () => {
          for (const effect of object.adds) this.judgeGrantOfNew(object, effect, subjectValues.get(effect));
        });
      }
    });
  }

  /**
   * Once for each round, and once after the last, which may make another: on the old state and the objects of the
   * rounds before.
   */
  private inRounds(
    rounds: readonly WrittenObject[][],
    use: (round: WrittenObject[] | undefined) => void,
  ): void {
    const added: Effect[] = [];
    try {
      for (let i = 0; i <= rounds.length; i++) {
        use(rounds[i]);
        for (const object of rounds[i] ?? []) {
          for (const effect of object.adds) this.view.add(effect.update.tuple);
          added.push(...object.adds);
        }
      }
    } finally {
      for (const { update } of added) this.view.remove(update.tuple);
      this.actor.stateChanged();
    }
  }

  private judgeGrantOfNew(object: WrittenObject, effect: Effect, values: SubjectValues | undefined): void {
    const { grantedBy } = this.compiledMember(effect);
    if (grantedBy === undefined) return;
    const why = this.whyNot(object.rules, grantedBy, {
      object: object.ref,
      namesHeld: true,
      subject: (name, isExcluded) => {
        if (this.isJustified(effect.update.tuple.subject, name)) return isExcluded ? NO : YES;
        return values?.get(name) ?? NO;
      },
    });
    if (why !== undefined) this.refusedGrants.push(this.notGranted(effect, grantedBy, why));
  }

  /** A subject that this write creates, and may. */
  private isJustified(subject: ObjectRef, name: string): boolean {
    const object = this.objects.get(subject);
    return object !== undefined && this.justified.has(object) && object.rules.plan.members.has(name);
  }

  /** `subject.name` of the tuples of new objects, on the state before the write. */
  private subjectValues(): Map<Effect, SubjectValues> {
    const values = new Map<Effect, SubjectValues>();
    for (const object of this.objects.all()) {
      if (object.before !== 'new' || object.rules.createdBy === undefined) continue;
      for (const effect of object.adds) {
        const { grantedBy } = this.compiledMember(effect);
        if (grantedBy === undefined) continue;
        const names = subjectNames(linkClause(this.plan, object.rules.plan, grantedBy));
        if (names.length === 0) continue;
        const { subject } = effect.update.tuple;
        values.set(effect, new Map(names.map((name) => [name, this.subjectHas(subject, name)])));
      }
    }
    return values;
  }

  private judgeDeletion(): void {
    const refused: Refused[] = [];
    for (const { ref, rules, removes, isEmptied } of this.objects.all()) {
      if (!isEmptied || rules.deletedBy === undefined) continue;
      const why = this.whyNot(rules, rules.deletedBy, { object: ref });
      if (why === undefined) continue;
      const what = `${this.actorText} may not remove the last tuple of ${quoted(formatObject(ref))}`;
      refused.push({
        index: removes[0].index,
        error: this.doesNotHold('NOT_DELETED_BY', removes[0].index, what, rules.deletedBy, why),
      });
    }
    throwFirst(refused);
  }

  private judgeGrants(): void {
    const refused = this.refusedGrants;
    for (const object of this.objects.all()) {
      if (object.before === 'new' && object.rules.createdBy !== undefined) continue;
      for (const effect of object.adds) {
        const { grantedBy } = this.compiledMember(effect);
        const why = grantedBy === undefined ? undefined : this.whyNotTuple(object, effect, grantedBy);
        if (grantedBy === undefined) refused.push(this.notGovernable('NOT_GRANTED_BY', effect));
        else if (why !== undefined) refused.push(this.notGranted(effect, grantedBy, why));
      }
    }
    throwFirst(refused);
  }

  private judgeRevocations(): void {
    const refused: Refused[] = [];
    for (const object of this.objects.all()) {
      if (object.isEmptied && object.rules.deletedBy !== undefined) continue;
      for (const effect of object.removes) {
        const { revokedBy } = this.compiledMember(effect);
        const why = revokedBy === undefined ? undefined : this.whyNotTuple(object, effect, revokedBy);
        if (revokedBy === undefined) refused.push(this.notGovernable('NOT_REVOKED_BY', effect));
        else if (why !== undefined) {
          const what = `${this.actorText} may not remove ${quoted(formatTuple(effect.update.tuple))}`;
          refused.push({
            index: effect.index,
            error: this.doesNotHold('NOT_REVOKED_BY', effect.index, what, revokedBy, why),
          });
        }
      }
    }
    throwFirst(refused);
  }

  private whyNotTuple(object: WrittenObject, { update }: Effect, clause: Clause): string | undefined {
    return this.whyNot(object.rules, clause, {
      object: object.ref,
      subject: (name) => this.subjectHas(update.tuple.subject, name),
    });
  }

  private whyNot(
    { plan }: TypeRules,
    clause: Clause,
    asked: Pick<Asked, 'object'> & Partial<Asked>,
  ): string | undefined {
    const expression = linkClause(this.plan, plan, clause);
    return this.actor.whyNot(expression, { namesHeld: false, subject: NO_SUBJECT, ...asked });
  }

  /** `subject.name` on the state the view is in. */
  private subjectHas(subject: ObjectRef, name: string): Value {
    if (subject.id === WILDCARD) return NO;
    const member = this.plan.types.get(subject.type)?.members.get(name);
    return member === undefined ? NO : this.actor.ask(member, subject);
  }

  private withTuples<T>(effects: readonly Effect[], use: () => T): T {
    const tuples = effects.map(({ update }) => update.tuple);
    for (const tuple of tuples) this.view.add(tuple);
    this.actor.stateChanged();
    try {
      return use();
    } finally {
      for (const tuple of tuples) this.view.remove(tuple);
      this.actor.stateChanged();
    }
  }

  private compiledMember({ update }: Effect): CompiledMember {
    const { tuple } = update;
    const member = must(this.plan.types.get(tuple.object.type)?.members.get(tuple.relation), tuple.relation);
    return rulesOf(this.plan).members[member.index];
  }

  private get actorText(): string {
    return quoted(this.actor.name);
  }

  private notCreated({ ref, adds }: WrittenObject, clause: Clause, why: string): Refused {
    const { index } = adds[0];
    const what = `${this.actorText} may not create ${quoted(formatObject(ref))}`;
    return { index, error: this.doesNotHold('NOT_CREATED_BY', index, what, clause, why) };
  }

  private notGranted({ update, index }: Effect, clause: Clause, why: string): Refused {
    const what = `${this.actorText} may not add ${quoted(formatTupleWhole(update.tuple))}`;
    return { index, error: this.doesNotHold('NOT_GRANTED_BY', index, what, clause, why) };
  }

  private doesNotHold(reason: Reason, index: number, what: string, clause: Clause, why: string): PembaError {
    const { keyword, text, source } = clause;
    return refusal(
      reason,
      index,
      `${what}: \`${keyword} ${text}\` (${formatPlace(source)}) does not hold for it${why}`,
    );
  }

  private notGovernable(reason: 'NOT_GRANTED_BY' | 'NOT_REVOKED_BY', effect: Effect): Refused {
    const { tuple } = effect.update;
    const { source } = this.compiledMember(effect);
    const relation = `\`${tuple.object.type}#${tuple.relation}\` (${formatPlace(source)})`;
    const why =
      reason === 'NOT_GRANTED_BY'
        ? `${relation} has no \`granted by\`, so an actor writes it only while the object is new under \`created by\``
        : `${relation} has neither \`revoked by\` nor \`granted by\`, so an actor removes it only with the whole object`;
    return {
      index: effect.index,
      error: refusal(reason, effect.index, `${quoted(formatTuple(tuple))}: ${why}`),
    };
  }
}

type SubjectValues = ReadonlyMap<string, Value>;

function subjectNames(expression: LinkedExpression): string[] {
  switch (expression.op) {
    case 'subject':
      return [expression.name];
    case 'or':
    case 'and':
      return expression.of.flatMap(subjectNames);
    case 'except':
      return [...subjectNames(expression.from), ...subjectNames(expression.without)];
    default:
      return [];
  }
}

function refusal(reason: Reason, index: number, what: string): PembaError {
  return new PembaError(reason, `updates[${index}]: ${what}; nothing was written`, {
    field: `updates[${index}].tuple`,
  });
}

function throwFirst(refused: readonly Refused[]): void {
  let first: Refused | undefined;
  for (const each of refused) if (first === undefined || each.index < first.index) first = each;
  if (first !== undefined) throw first.error;
}
