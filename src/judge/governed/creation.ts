/**
 * Whether an actor may create the new objects of a write, `created by`, and write their tuples.
 *
 * A new object is judged on the state before the write, with its own tuples and those of the new objects that were
 * justified before it.
 */
import { must } from '../../base/assert.ts';
import { NO, type Value, YES } from '../../engine/memo.ts';
import type { Plan } from '../../engine/plan.ts';
import { type ObjectRef, WILDCARD } from '../../model/reference.ts';
import type { OverlayView } from '../../view/view.ts';
import type { Effect } from '../effects.ts';
import { rulesOf } from '../rules.ts';
import type { Clauses } from './clauses.ts';
import { type LinkedExpression, linkClause } from './linked-clause.ts';
import type { ObjectsOfWrite, WrittenObject } from './objects-of-write.ts';
import { notBorn, notCreated, notGranted, type Refused, throwFirst } from './refusals.ts';

/** By name: what `subject.name` was before the write. */
type SubjectValues = ReadonlyMap<string, Value>;

export class Creation {
  private readonly plan: Plan;
  private readonly view: OverlayView;
  private readonly clauses: Clauses;
  private readonly effects: readonly Effect[];
  private readonly objects: ObjectsOfWrite;
  /** New objects of types with `created by` that may be. */
  private readonly justified = new Set<WrittenObject>();
  private readonly refusedGrants: Refused[] = [];

  constructor(
    plan: Plan,
    view: OverlayView,
    clauses: Clauses,
    effects: readonly Effect[],
    objects: ObjectsOfWrite,
  ) {
    this.plan = plan;
    this.view = view;
    this.clauses = clauses;
    this.effects = effects;
    this.objects = objects;
  }

  /**
   * @returns the tuples of new objects that may not be written although the objects may be
   * @throws PembaError NOT_CREATED_BY, LIMIT; the view is as it was
   */
  judge(): Refused[] {
    const refused: Refused[] = [];
    const subjectValues = this.subjectValues();
    for (const object of this.objects.all()) {
      if (object.before !== 'mentioned' || object.adds.length === 0 || object.rules.createdBy === undefined)
        continue;
      const why = this.clauses.whyNot(object.rules, object.rules.createdBy, { object: object.ref });
      if (why !== undefined)
        refused.push(notCreated(this.clauses.actor, object, object.rules.createdBy, why));
    }
    const rounds = this.justify(refused);
    // Nobody is told of a tuple before an object.
    if (refused.length === 0 && rounds.length > 0) this.judgeTuples(rounds, subjectValues);
    for (const { update, adds, index } of this.effects) {
      if (adds) this.refuseUnborn(update.tuple.subject, index, refused);
    }
    throwFirst(refused);
    return this.refusedGrants;
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
    refused.push(notBorn(subject, index, rules.createdBy));
  }

  /**
   * Round by round: in each, every new object that the old state and the objects of the rounds before justify.
   * So two cannot justify each other, and the order of the updates does not matter.
   * @returns the rounds
   */
  private justify(refused: Refused[]): WrittenObject[][] {
    let waiting = [...this.objects.all()].filter(
      ({ before, adds, rules }) => before === 'new' && adds.length > 0 && rules.createdBy !== undefined,
    );
    const rounds: WrittenObject[][] = [];
    if (waiting.length === 0) return rounds;
    const reasons = new Map<WrittenObject, string>();
    this.inRounds(rounds, () => {
      const born = waiting.filter((object) => {
        const clause = must(object.rules.createdBy, 'created by');
        const why = this.withTuples(object.adds, () =>
          this.clauses.whyNot(object.rules, clause, { object: object.ref }),
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
      refused.push(notCreated(this.clauses.actor, object, clause, reasons.get(object) ?? ''));
    }
    return rounds;
  }

  /** The tuples of the justified objects, each round on the state that justified it. */
  private judgeTuples(
    rounds: readonly WrittenObject[][],
    subjectValues: ReadonlyMap<Effect, SubjectValues>,
  ): void {
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
      this.clauses.actor.stateChanged();
    }
  }

  private judgeGrantOfNew(object: WrittenObject, effect: Effect, values: SubjectValues | undefined): void {
    const { grantedBy } = this.clauses.memberOf(effect);
    if (grantedBy === undefined) return;
    const why = this.clauses.whyNot(object.rules, grantedBy, {
      object: object.ref,
      namesHeld: true,
      subject: (name, isExcluded) => {
        if (this.isJustified(effect.update.tuple.subject, name)) return isExcluded ? NO : YES;
        return values?.get(name) ?? NO;
      },
    });
    if (why !== undefined) this.refusedGrants.push(notGranted(this.clauses.actor, effect, grantedBy, why));
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
        const { grantedBy } = this.clauses.memberOf(effect);
        if (grantedBy === undefined) continue;
        const names = subjectNames(linkClause(this.plan, object.rules.plan, grantedBy));
        if (names.length === 0) continue;
        const { subject } = effect.update.tuple;
        values.set(effect, new Map(names.map((name) => [name, this.clauses.subjectHas(subject, name)])));
      }
    }
    return values;
  }

  private withTuples<T>(effects: readonly Effect[], use: () => T): T {
    const tuples = effects.map(({ update }) => update.tuple);
    for (const tuple of tuples) this.view.add(tuple);
    this.clauses.actor.stateChanged();
    try {
      return use();
    } finally {
      for (const tuple of tuples) this.view.remove(tuple);
      this.clauses.actor.stateChanged();
    }
  }
}

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
