/** What tuples that a miss adds carry: as little as the schema lets them, as long as they hold. */
import { must } from '../../base/assert.ts';
import { ITSELF } from '../../graph/graph.ts';
import { type Grant, sameGrant } from '../../model/grant.ts';
import { WILDCARD } from '../../model/reference.ts';
import { type Tuple, withGrant } from '../../model/tuple.ts';
import type { SubjectForm } from '../../schema/compiled-schema.ts';
import { formatSubjectOfForm } from '../../schema/subject-form.ts';
import type { Circumstances } from '../circumstances.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member } from '../member.ts';
import type { Plan } from '../plan.ts';
import type { Edge, Names } from './names.ts';

/** Subjects that a relation admits in tuples that hold. */
export interface Shape {
  /** The number of their type. */
  type: number;
  wildcard: boolean;
  /** Undefined where the subjects are the objects themselves, or all of them. */
  set: Member | undefined;
  /** What such a tuple carries. */
  grant: Grant | undefined;
}

/** For so long a proposed tuple holds, where it has to expire and the schema does not demand less. */
const PERIOD_MS = 30 * 24 * 3_600_000;

export class Proposals {
  private readonly plan: Plan;
  private readonly names: Names;
  private readonly circumstances: Circumstances;
  private readonly grants: GrantValues;
  private readonly shapes = new Map<Member, readonly Shape[]>();

  /** @param grants says what holds under the circumstances */
  constructor(plan: Plan, names: Names, circumstances: Circumstances, grants: GrantValues) {
    this.plan = plan;
    this.names = names;
    this.circumstances = circumstances;
    this.grants = grants;
  }

  /** Each once, with what a tuple carries where none is stored. */
  shapesOf(member: Member): readonly Shape[] {
    let shapes = this.shapes.get(member);
    if (shapes === undefined) {
      const byText = new Map<string, SubjectForm[]>();
      for (const form of member.subjects) {
        const text = formatSubjectOfForm(form);
        byText.set(text, [...(byText.get(text) ?? []), form]);
      }
      shapes = [...byText.values()].flatMap((forms) => this.shapeOf(forms) ?? []);
      this.shapes.set(member, shapes);
    }
    return shapes;
  }

  private shapeOf(forms: readonly SubjectForm[]): Shape | undefined {
    const [{ type: typeName, relation, wildcard }] = forms;
    const type = must(this.plan.types.get(typeName), typeName);
    const set = relation === undefined ? undefined : must(type.members.get(relation), relation);
    const found = this.choose(forms);
    return found && { type: type.number, wildcard, set, grant: found.grant };
  }

  /** False if no tuple of these ends would be admitted and hold. */
  admits(edge: Edge): boolean {
    return this.proposalOf(edge) !== undefined;
  }

  /** The tuple as it would be written. */
  tupleOf(edge: Edge): Tuple {
    return withGrant(this.names.tupleOf(edge), must(this.proposalOf(edge), 'a proposal').grant);
  }

  /**
   * What writing the tuple takes away from the one that is stored: `its condition`, `the values of its condition`,
   * `its condition and its expiry`; undefined if nothing.
   */
  lossOf(edge: Edge): string | undefined {
    const stored = this.names.grantOf(edge);
    if (stored === undefined) return undefined;
    const grant = this.proposalOf(edge)?.grant;
    const losses: string[] = [];
    if (stored.condition !== undefined && stored.condition.name !== grant?.condition?.name)
      losses.push('its condition');
    else if (!sameGrant(conditionOf(stored), conditionOf(grant))) losses.push('the values of its condition');
    if (stored.expiresAt !== undefined && grant?.expiresAt === undefined) losses.push('its expiry');
    return losses.length === 0 ? undefined : losses.join(' and ');
  }

  private proposalOf(edge: Edge): { grant: Grant | undefined } | undefined {
    const member = this.plan.member(this.names.typeOf(edge.object), edge.relation);
    if (member === undefined) return undefined;
    const stored = this.names.grantOf(edge);
    if (stored !== undefined)
      return this.choose(
        member.subjects.filter((form) => this.fits(form, edge)),
        stored,
      );
    return this.shapesOf(member).find(({ type, wildcard, set }) => this.isOfShape(edge, type, wildcard, set));
  }

  private fits({ type: typeName, relation, wildcard }: SubjectForm, edge: Edge): boolean {
    const type = must(this.plan.types.get(typeName), typeName);
    const set = relation === undefined ? undefined : type.members.get(relation);
    return this.isOfShape(edge, type.number, wildcard, set);
  }

  private isOfShape(
    { subject, subjectRelation }: Edge,
    type: number,
    wildcard: boolean,
    set: Member | undefined,
  ): boolean {
    return (
      this.names.typeOf(subject) === type &&
      subjectRelation === (set?.relation ?? ITSELF) &&
      wildcard === (this.names.idOf(subject) === WILDCARD)
    );
  }

  /**
   * Of what the forms admit, the first that holds: what is stored, renewed, for nothing is lost then; nothing; an expiry;
   * a condition, which gets its parameters from the question alone; both.
   */
  private choose(forms: readonly SubjectForm[], stored?: Grant): { grant: Grant | undefined } | undefined {
    const ways: (Grant | undefined)[] = [];
    if (stored?.expiresAt !== undefined) {
      const renewable = forms.filter(
        ({ condition, expiry }) => condition === stored.condition?.name && expiry !== undefined,
      );
      for (const form of renewable) ways.push({ ...stored, expiresAt: this.expiryFor(form) });
    }
    const byNeed = [...forms].sort((a, b) => needOf(a) - needOf(b));
    for (const form of byNeed) ways.push(this.leastGrant(form));
    for (const grant of ways) {
      if (grant === undefined || this.grants.outcomeOf(grant) === true) return { grant };
    }
    return undefined;
  }

  private leastGrant(form: SubjectForm): Grant | undefined {
    if (needOf(form) === 0) return undefined;
    const { condition: name, expiry } = form;
    return {
      ...(name === undefined ? {} : { condition: { name, context: {} } }),
      ...(expiry === 'must' ? { expiresAt: this.expiryFor(form) } : {}),
    };
  }

  /** In whole seconds, and no later than the schema admits. Without a time of the question nothing that expires holds. */
  private expiryFor({ withinSeconds = Infinity }: SubjectForm): number {
    const until = this.circumstances.now + Math.min(PERIOD_MS, withinSeconds * 1_000);
    return Number.isFinite(until) ? Math.floor(until / 1_000) * 1_000 : -Infinity;
  }
}

function needOf({ condition, expiry }: SubjectForm): number {
  return (condition === undefined ? 0 : 2) + (expiry === 'must' ? 1 : 0);
}

function conditionOf(grant: Grant | undefined): Grant | undefined {
  return grant?.condition === undefined ? undefined : { condition: grant.condition };
}
