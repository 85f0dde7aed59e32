/**
 * A compiled schema made ready for walking one graph: names become the graph's numbers, and what
 * can be known of a member without looking at tuples is worked out once.
 */

import { must } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { type Condition, compileCondition } from '../condition/compile-condition.ts';
import type { Symbols } from '../graph/symbols.ts';
import type {
  CompiledMember,
  CompiledSchema,
  CompiledType,
  Rewrite,
  SubjectForm,
} from '../schema/compiled-schema.ts';
import { findLeaves, markLongExpressions } from './leaves.ts';
import { looksOf } from './looks.ts';
import { type Member, newMember, type Step, type Targets, type TypePlan } from './member.ts';
import { findPureMembers, findSupersets } from './purity.ts';
import { TypeFinder } from './type-finder.ts';

export class Plan {
  readonly schema: CompiledSchema;
  readonly types = new Map<string, TypePlan>();
  /** For the objects and the subjects of questions. */
  readonly objectTypes = new TypeFinder(this.types);
  readonly subjectTypes = new TypeFinder(this.types);
  readonly members: Member[] = [];
  /** By type number, then relation number. */
  private readonly table: (Member | undefined)[][] = [];
  private readonly named = new Map<string, Member[]>();
  /** By name, for the names that an arrow asks for. */
  private readonly targets = new Map<string, Targets>();
  private readonly conditions = new Map<string, Condition>();
  /** Some member admits tuples that carry conditions or expiries, so that answers depend on the clock and on context. */
  readonly admitsGrants: boolean;

  /** @param types the graph's type symbols, @param relations its relation symbols; both are added to */
  constructor(schema: CompiledSchema, types: Symbols, relations: Symbols) {
    this.schema = schema;
    for (const condition of schema.conditions)
      this.conditions.set(condition.name, compileCondition(condition));
    for (const type of schema.types) this.declare(type, types, relations);
    for (const type of schema.types) {
      for (const member of type.members) this.link(type, member, relations);
    }
    this.admitsGrants = this.members.some((member) => member.admitsGrants);
    this.classify();
  }

  /** The condition of the name, if the schema has it. */
  condition(name: string): Condition | undefined {
    return this.conditions.get(name);
  }

  /** The member of a type and relation number, if the schema has it. */
  member(type: number, relation: number): Member | undefined {
    return this.table[type]?.[relation];
  }

  /**
   * @param hints whether the error may say what was probably meant, which takes a look at all names
   * @throws PembaError UNKNOWN_TYPE
   */
  type(name: string, field: string, hints = true): TypePlan {
    const type = this.types.get(name);
    if (type !== undefined) return type;
    throw new PembaError(
      'UNKNOWN_TYPE',
      `${field}: the schema has no type \`${name}\`${hints ? didYouMean(name, this.types.keys()) : ''}`,
      { field },
    );
  }

  /**
   * @param hints as for {@link type}
   * @throws PembaError UNKNOWN_RELATION
   */
  memberOf(type: TypePlan, name: string, field: string, hints = true): Member {
    const member = type.members.get(name);
    if (member !== undefined) return member;
    throw new PembaError(
      'UNKNOWN_RELATION',
      `${field}: type \`${type.name}\` has no relation or permission \`${name}\`${hints ? didYouMean(name, type.members.keys()) : ''}`,
      { field },
    );
  }

  private declare(type: CompiledType, types: Symbols, relations: Symbols): void {
    const number = types.intern(type.name);
    const plan: TypePlan = { number, name: type.name, prefix: `${type.name}:`, members: new Map() };
    this.types.set(type.name, plan);
    this.table[number] = [];
    for (const compiled of type.members) {
      const member = newMember({
        index: this.members.length,
        type: number,
        typeName: type.name,
        relation: relations.intern(compiled.name),
        name: compiled.name,
        isPermission: compiled.kind === 'permission',
        subjects: compiled.subjects,
        step: { op: 'nobody' },
      });
      this.members.push(member);
      plan.members.set(compiled.name, member);
      this.table[number][member.relation] = member;
      const named = this.named.get(member.name);
      if (named === undefined) this.named.set(member.name, [member]);
      else named.push(member);
    }
  }

  private link(type: CompiledType, compiled: CompiledMember, relations: Symbols): void {
    const own = must(this.types.get(type.name), type.name);
    const member = must(own.members.get(compiled.name), compiled.name);
    member.step = this.linkStep(compiled.rewrite, own, relations);
    for (const form of compiled.subjects) {
      const set =
        form.relation === undefined ? undefined : this.types.get(form.type)?.members.get(form.relation);
      if (set !== undefined) set.isAskedFor = true;
    }
  }

  private linkStep(rewrite: Rewrite, type: TypePlan, relations: Symbols): Step {
    switch (rewrite.op) {
      case 'direct':
      case 'self':
      case 'nobody':
        return rewrite;
      case 'name':
        return { op: 'name', member: must(type.members.get(rewrite.name), rewrite.name) };
      case 'arrow':
      case 'every':
        return {
          op: rewrite.op,
          relation: relations.intern(rewrite.relation),
          targets: this.targetsOf(rewrite.name),
          isGranted: type.members.get(rewrite.relation)?.admitsGrants === true,
        };
      case 'or':
      case 'and':
        return {
          op: rewrite.op,
          of: rewrite.of.map((part) => this.linkStep(part, type, relations)),
          isLong: false,
        };
      case 'except':
        return {
          op: 'except',
          from: this.linkStep(rewrite.from, type, relations),
          without: this.linkStep(rewrite.without, type, relations),
          isLong: false,
        };
      case 'of':
        return {
          op: 'of',
          set: must(type.members.get(rewrite.set), rewrite.set),
          targets: this.targetsOf(rewrite.name),
        };
    }
  }

  /** Every arrow to a name shares its targets: one list each would take arrows times types. */
  private targetsOf(name: string): Targets {
    let targets = this.targets.get(name);
    if (targets !== undefined) return targets;
    targets = { ofType: [], members: [], arePure: false };
    this.targets.set(name, targets);
    for (const member of this.named.get(name) ?? []) {
      targets.ofType[member.type] = member;
      targets.members.push(member);
      member.isAskedFor = true;
    }
    return targets;
  }

  private classify(): void {
    findLeaves(this.members);
    markLongExpressions(this.members);
    const setOf = (form: SubjectForm): Member | undefined =>
      form.relation === undefined ? undefined : this.types.get(form.type)?.members.get(form.relation);
    findPureMembers(this.members, setOf);
    findSupersets(this.members);
    for (const member of this.members) member.looks = looksOf(member);
    for (const [name, targets] of this.targets) {
      targets.arePure = (this.named.get(name) ?? []).every((member) => member.isPure);
    }
  }
}
