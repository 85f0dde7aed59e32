/**
 * Takes a set apart into the userset tree of Zanzibar: how it is made of stored subjects and of other sets.
 *
 * Sets are taken apart level by level, so that each stands where it is nearest to the root, and a depth cuts nothing
 * off that a shorter way leads to. What is met again refers to that place, so that the tree is finite on any data.
 */
import { must } from '../../base/assert.ts';
import type { Limits } from '../../base/limits.ts';
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';
import { NONE } from '../../graph/graph.ts';
import { formatGrant } from '../../model/grant.ts';
import { parseObject, parseRelation, WILDCARD } from '../../model/reference.ts';
import type { CompiledMember, Rewrite } from '../../schema/compiled-schema.ts';
import { formatRewrite } from '../../schema/format-rewrite.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import { lookupSubjects } from '../lookup/lookup-subjects.ts';
import { sortFound } from '../lookup/sorted.ts';
import type { Plan } from '../plan.ts';
import { UNMENTIONED_OBJECT } from '../query.ts';
import type { ExpandedNode } from './expanded-node.ts';
import { NodeList } from './node-list.ts';
import { objectText, subjectText, typeName } from './reference-text.ts';

export type { ExpandedNode } from './expanded-node.ts';

export interface ExpandQuery {
  /** `type:id` */
  object: string;
  relation: string;
  /** How many sets deep: 1 shows the set and names those it refers to; the whole tree if 0. */
  depth: number;
}

/** A set: a member of an object. */
interface UsersetRef {
  member: CompiledMember;
  type: string;
  object: number;
  id: string;
}

/** A set that is to be taken apart. */
interface Pending extends UsersetRef {
  place: number;
  /** The root's is 1. */
  level: number;
}

/** An object or a node of the graph, under the text that it is sorted by. */
interface Entry {
  /** A text in the tree. */
  id: string;
  number: number;
  /** What the tuple carries, as text. */
  grant: string;
}

/**
 * The nodes of the tree, each before its children; the first is the root. Subjects, and the sets that tuples lead to,
 * stand in the order of their texts by code point.
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION with the fields `object` and `relation`; LIMIT
 */
export function* expand(
  plan: Plan,
  view: View,
  query: ExpandQuery,
  limits: Limits,
  circumstances: Circumstances = NO_CIRCUMSTANCES,
): Sliced<ExpandedNode[]> {
  return yield* new Expansion(plan, view, query.depth, limits, circumstances).run(query);
}

class Expansion {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly depth: number;
  private readonly nodes: NodeList;
  private readonly neighbours = new Neighbours();
  /** By the text of a set that is or will be taken apart: its place. */
  private readonly places = new Map<string, number>();
  private readonly pending: Pending[] = [];
  private readonly members = new Map<string, Map<string, CompiledMember>>();
  private readonly texts = new Map<Rewrite, string>();
  private steps = 0;
  private readonly limits: Limits;
  /** Only which objects are in the set of a `name of set` depends on them. */
  private readonly circumstances: Circumstances;

  constructor(plan: Plan, view: View, depth: number, limits: Limits, circumstances: Circumstances) {
    this.limits = limits;
    this.circumstances = circumstances;
    this.plan = plan;
    this.view = view;
    this.depth = depth === 0 ? Number.POSITIVE_INFINITY : depth;
    this.nodes = new NodeList(limits);
  }

  *run(query: ExpandQuery): Sliced<ExpandedNode[]> {
    const { type, id } = parseObject(query.object, 'object');
    const typePlan = this.plan.type(type, 'object');
    this.plan.memberOf(typePlan, parseRelation(query.relation, 'relation'), 'relation');
    const member = must(this.memberOf(type, query.relation), query.relation);
    const object = this.view.findObject(typePlan.number, id) || UNMENTIONED_OBJECT;
    this.refer({ member, type, object, id }, 1);
    for (let i = 0; i < this.pending.length; i++) {
      const set = this.pending[i];
      yield* this.takeApart(set.member.rewrite, set, set.place);
      if (this.isSliceOver()) yield;
    }
    return this.nodes.all;
  }

  /** Makes a node for a set. @returns its place */
  private refer(set: UsersetRef, level: number): number {
    const text = `${set.type}:${set.id}#${set.member.name}`;
    const place = this.nodes.add(set.member.rewrite.op, text);
    const node = this.nodes.all[place];
    const seen = this.places.get(text);
    if (seen !== undefined) {
      node.omission = 'seen';
      node.sameAs = seen;
    } else if (level > this.depth) {
      node.omission = 'depth';
    } else {
      this.places.set(text, place);
      this.pending.push({ ...set, place, level });
    }
    return place;
  }

  /** Fills in the node at `place`, which is that of `rewrite`, a part of what `set` is made of. */
  private *takeApart(rewrite: Rewrite, set: Pending, place: number): Sliced<void> {
    const node = this.nodes.all[place];
    node.expression = this.textOf(rewrite);
    switch (rewrite.op) {
      case 'direct':
        yield* this.takeStored(set, node);
        break;
      case 'self':
      case 'nobody':
        break;
      case 'name': {
        const member = must(this.memberOf(set.type, rewrite.name), rewrite.name);
        node.children.push(this.refer({ ...set, member }, set.level + 1));
        break;
      }
      case 'arrow':
      case 'every':
        yield* this.takeObjects(rewrite.relation, rewrite.name, set, node);
        break;
      case 'or':
      case 'and':
        yield* this.takeParts(rewrite.of, set, node);
        break;
      case 'except':
        yield* this.takeParts([rewrite.from, rewrite.without], set, node);
        break;
      case 'of':
        yield* this.takeNames(rewrite.set, rewrite.name, set, node);
        break;
    }
  }

  /** The set, and what `name` of the objects in it makes. */
  private *takeNames(setName: string, name: string, set: Pending, node: ExpandedNode): Sliced<void> {
    const member = must(this.memberOf(set.type, setName), setName);
    node.children.push(this.refer({ ...set, member }, set.level + 1));
    const object = `${set.type}:${set.id}`;
    for (const { name: type } of this.plan.schema.types) {
      const target = this.memberOf(type, name);
      if (target === undefined) continue;
      const query = { object, relation: setName, subjectType: type };
      const found = yield* lookupSubjects(this.plan, this.view, query, this.limits, this.circumstances);
      for (const { id, answer } of found) {
        if (answer === 'denied') continue;
        if (id === WILDCARD) {
          this.nodes.countSubject();
          node.subjects.push(`${type}:*`);
        } else {
          const number = this.view.findObject(must(this.plan.types.get(type), type).number, id);
          const subject = { member: target, type, object: number || UNMENTIONED_OBJECT, id };
          node.children.push(this.refer(subject, set.level + 1));
        }
        if (this.isSliceOver()) yield;
      }
    }
  }

  private *takeParts(parts: readonly Rewrite[], set: Pending, node: ExpandedNode): Sliced<void> {
    for (const part of parts) {
      const child = this.nodes.add(part.op, '');
      node.children.push(child);
      yield* this.takeApart(part, set, child);
      if (this.isSliceOver()) yield;
    }
  }

  /** The stored subjects: objects and wildcards by text, sets as children. */
  private *takeStored(set: Pending, node: ExpandedNode): Sliced<void> {
    const stored = yield* this.stored(set.object, set.member.name, (subject) =>
      subjectText(this.view, subject),
    );
    for (const { id, number, grant } of stored) {
      const relation = this.view.relationOf(number);
      if (relation === 0) {
        this.nodes.countSubject();
        noteGrant(node, 'subjectGrants', node.subjects.length, grant);
        node.subjects.push(id);
      } else {
        const name = this.view.graph.relations.name(relation);
        noteGrant(node, 'childGrants', node.children.length, grant);
        this.addChild(node, this.view.objectOf(number), name, set.level + 1);
      }
      if (this.isSliceOver()) yield;
    }
  }

  /** What `name` of the objects in `relation` makes. */
  private *takeObjects(relation: string, name: string, set: Pending, node: ExpandedNode): Sliced<void> {
    const isEvery = node.operation === 'every';
    const stored = yield* this.stored(set.object, relation, (subject) => {
      const object = this.view.objectOf(subject);
      return isEvery || this.memberOf(typeName(this.view, object), name) !== undefined
        ? objectText(this.view, object)
        : undefined;
    });
    for (const { number, grant } of stored) {
      noteGrant(node, 'childGrants', node.children.length, grant);
      this.addChild(node, this.view.objectOf(number), name, set.level + 1);
      if (this.isSliceOver()) yield;
    }
  }

  private addChild(node: ExpandedNode, object: number, name: string, level: number): void {
    const type = typeName(this.view, object);
    const member = this.memberOf(type, name);
    if (member === undefined) {
      // Below `every`: an object whose type lacks the name does not have it.
      const place = this.nodes.add('nobody', `${objectText(this.view, object)}#${name}`);
      this.nodes.all[place].expression = 'nobody';
      node.children.push(place);
    } else {
      node.children.push(this.refer({ member, type, object, id: this.view.idOf(object) }, level));
    }
  }

  /**
   * The nodes stored at a relation of an object, sorted by the text that `textOf` gives them; of those with the same
   * text one, of those without none.
   */
  private *stored(
    object: number,
    relation: string,
    textOf: (subject: number) => string | undefined,
  ): Sliced<Entry[]> {
    const { view, neighbours } = this;
    const node = view.findNode(object, view.graph.relations.find(relation));
    if (node === NONE) return [];
    const entries = new Map<string, Entry>();
    neighbours.subjectsOf(view, node);
    for (let next = neighbours.next(); next !== NONE; next = neighbours.next()) {
      const id = textOf(next);
      if (id !== undefined) {
        const grant = formatGrant(view.grantOf(node, next)).trim();
        const before = entries.get(id);
        // Of tuples that lead to the same set, what each carries.
        const both = before === undefined || before.grant === grant ? grant : eitherOf(before.grant, grant);
        entries.set(id, { id, number: next, grant: both });
        // Each becomes a subject or a node of its own, so more than fit in need not be looked at.
        this.nodes.expect(entries.size);
      }
      if (this.isSliceOver()) yield;
    }
    return yield* sortFound([...entries.values()]);
  }

  private memberOf(type: string, name: string): CompiledMember | undefined {
    let members = this.members.get(type);
    if (members === undefined) {
      const compiled = this.plan.schema.types.find((each) => each.name === type);
      members = new Map(compiled?.members.map((member) => [member.name, member]));
      this.members.set(type, members);
    }
    return members.get(name);
  }

  private textOf(rewrite: Rewrite): string {
    let text = this.texts.get(rewrite);
    if (text === undefined) {
      text = formatRewrite(rewrite);
      this.texts.set(rewrite, text);
    }
    return text;
  }

  private isSliceOver(): boolean {
    return ++this.steps % STEPS_A_YIELD === 0;
  }
}

/** `place` is that of the next subject or child. Nothing is noted as long as there is nothing to note. */
function noteGrant(
  node: ExpandedNode,
  list: 'subjectGrants' | 'childGrants',
  place: number,
  grant: string,
): void {
  const grants = node[list];
  if (grants !== undefined) grants.push(grant);
  else if (grant !== '') node[list] = [...Array<string>(place).fill(''), grant];
}

/** One that always holds makes up for the other. */
function eitherOf(a: string, b: string): string {
  return a === '' || b === '' ? '' : `${a} or ${b}`;
}
