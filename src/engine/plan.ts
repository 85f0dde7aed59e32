/**
 * A compiled schema made ready for walking one graph: names become the graph's numbers, and what
 * can be known of a member without looking at tuples is worked out once.
 */

import { must } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Symbols } from '../graph/symbols.ts';
import type {
  CompiledMember,
  CompiledSchema,
  CompiledType,
  Rewrite,
  SubjectForm,
} from '../schema/compiled-schema.ts';
import type { Member, Step, TypePlan } from './member.ts';
import { findPureMembers, findSupersets } from './purity.ts';

export class Plan {
  readonly schema: CompiledSchema;
  readonly types = new Map<string, TypePlan>();
  readonly members: Member[] = [];
  /** By type number, then relation number. */
  private readonly table: (Member | undefined)[][] = [];

  /** @param types the graph's type symbols, @param relations its relation symbols; both are added to */
  constructor(schema: CompiledSchema, types: Symbols, relations: Symbols) {
    this.schema = schema;
    for (const type of schema.types) this.declare(type, types, relations);
    for (const type of schema.types) {
      for (const member of type.members) this.link(type, member, relations);
    }
    this.classify();
  }

  /** The member of a type and relation number, if the schema has it. */
  member(type: number, relation: number): Member | undefined {
    return this.table[type]?.[relation];
  }

  /** @throws PembaError UNKNOWN_TYPE */
  type(name: string, field: string): TypePlan {
    const type = this.types.get(name);
    if (type !== undefined) return type;
    throw new PembaError(
      'UNKNOWN_TYPE',
      `${field}: the schema has no type \`${name}\`${didYouMean(name, this.types.keys())}`,
      { field },
    );
  }

  /** @throws PembaError UNKNOWN_RELATION */
  memberOf(type: TypePlan, name: string, field: string): Member {
    const member = type.members.get(name);
    if (member !== undefined) return member;
    throw new PembaError(
      'UNKNOWN_RELATION',
      `${field}: type \`${type.name}\` has no relation or permission \`${name}\`${didYouMean(name, type.members.keys())}`,
      { field },
    );
  }

  private declare(type: CompiledType, types: Symbols, relations: Symbols): void {
    const number = types.intern(type.name);
    const plan: TypePlan = { number, name: type.name, members: new Map() };
    this.types.set(type.name, plan);
    this.table[number] = [];
    for (const compiled of type.members) {
      const member: Member = {
        index: this.members.length,
        type: number,
        typeName: type.name,
        relation: relations.intern(compiled.name),
        name: compiled.name,
        isPermission: compiled.kind === 'permission',
        subjects: compiled.subjects,
        step: { op: 'nobody' },
        admitsSets: compiled.subjects.some((form) => form.relation !== undefined),
        admitsWildcards: compiled.subjects.some((form) => form.wildcard),
        isLeaf: false,
        isPure: false,
        setsArePure: false,
        isAskedFor: false,
        pureSupersets: [],
        pureHoldersOfDirect: [],
      };
      this.members.push(member);
      plan.members.set(compiled.name, member);
      this.table[number][member.relation] = member;
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
        return this.linkArrow(rewrite.op, rewrite.relation, rewrite.name, relations);
      case 'or':
      case 'and':
        return { op: rewrite.op, of: rewrite.of.map((part) => this.linkStep(part, type, relations)) };
      case 'except':
        return {
          op: 'except',
          from: this.linkStep(rewrite.from, type, relations),
          without: this.linkStep(rewrite.without, type, relations),
        };
    }
  }

  private linkArrow(op: 'arrow' | 'every', relation: string, name: string, relations: Symbols): Step {
    const targets: (Member | undefined)[] = [];
    for (const type of this.types.values()) {
      const target = type.members.get(name);
      if (target === undefined) continue;
      targets[type.number] = target;
      target.isAskedFor = true;
    }
    return { op, relation: relations.intern(relation), targets, name };
  }

  private classify(): void {
    findLeaves(this.members);
    const setOf = (form: SubjectForm): Member | undefined =>
      form.relation === undefined ? undefined : this.types.get(form.type)?.members.get(form.relation);
    findPureMembers(this.members, setOf);
    findSupersets(this.members);
  }
}

/** Sets `isLeaf`: the least fixed point, so that members which name each other in a ring are none. */
function findLeaves(members: readonly Member[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const member of members) {
      if (!member.isLeaf && staysOnObject(member.step, member)) {
        member.isLeaf = true;
        changed = true;
      }
    }
  }
}

function staysOnObject(step: Step, member: Member): boolean {
  switch (step.op) {
    case 'direct':
      return !member.admitsSets;
    case 'self':
    case 'nobody':
      return true;
    case 'name':
      return step.member.isLeaf;
    case 'arrow':
    case 'every':
      return false;
    case 'or':
    case 'and':
      return step.of.every((part) => staysOnObject(part, member));
    case 'except':
      return staysOnObject(step.from, member) && staysOnObject(step.without, member);
  }
}
