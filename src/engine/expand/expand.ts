/**
 * Takes a set apart into the userset tree of Zanzibar: how it is made of stored subjects and of other sets.
 *
 * Sets are taken apart level by level, so that each stands where it is nearest to the root, and a depth cuts nothing
 * off that a shorter way leads to. What is met again refers to that place, so that the tree is finite on any data.
 */
import { must } from '../../base/assert.ts';
import type { Limits } from '../../base/limits.ts';
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';
import { parseObject, parseRelation, WILDCARD } from '../../model/reference.ts';
import type { CompiledMember, Rewrite } from '../../schema/compiled-schema.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import { lookupSubjects } from '../lookup/lookup-subjects.ts';
import type { Plan } from '../plan.ts';
import { UNMENTIONED_OBJECT } from '../query.ts';
import type { ExpandedNode } from './expanded-node.ts';
import { NodeList, noteGrant } from './node-list.ts';
import { objectText, subjectText, typeName } from './reference-text.ts';
import { SchemaIndex } from './schema-index.ts';
import { StoredEntries } from './stored-entries.ts';

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
  private readonly stored: StoredEntries;
  private readonly schema: SchemaIndex;
  /** By the text of a set that is or will be taken apart: its place. */
  private readonly places = new Map<string, number>();
  private readonly pending: Pending[] = [];
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
    this.stored = new StoredEntries(view, this.nodes, () => this.isSliceOver());
    this.schema = new SchemaIndex(plan);
  }

  *run(query: ExpandQuery): Sliced<ExpandedNode[]> {
    const { type, id } = parseObject(query.object, 'object');
    const typePlan = this.plan.type(type, 'object');
    this.plan.memberOf(typePlan, parseRelation(query.relation, 'relation'), 'relation');
    const member = must(this.schema.memberOf(type, query.relation), query.relation);
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
    node.expression = this.schema.textOf(rewrite);
    switch (rewrite.op) {
      case 'direct':
        yield* this.takeStored(set, node);
        break;
      case 'self':
      case 'nobody':
        break;
      case 'name': {
        const member = must(this.schema.memberOf(set.type, rewrite.name), rewrite.name);
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
    const member = must(this.schema.memberOf(set.type, setName), setName);
    node.children.push(this.refer({ ...set, member }, set.level + 1));
    const object = `${set.type}:${set.id}`;
    for (const { name: type } of this.plan.schema.types) {
      const target = this.schema.memberOf(type, name);
      if (target === undefined) continue;
      const query = { object, relation: setName, subjectType: type };
      const found = yield* lookupSubjects(this.plan, this.view, query, this.limits, this.circumstances);
      for (const { id, answer } of found) {
        if (answer === 'denied') continue;
        if (id === WILDCARD) {
          this.nodes.addSubject(node, `${type}:*`, '');
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
    const stored = yield* this.stored.of(set.object, set.member.name, (subject) =>
      subjectText(this.view, subject),
    );
    for (const { id, number, grant } of stored) {
      const relation = this.view.relationOf(number);
      if (relation === 0) {
        this.nodes.addSubject(node, id, grant);
      } else {
        const name = this.view.graph.relations.name(relation);
        this.addChild(node, this.view.objectOf(number), name, set.level + 1, grant);
      }
      if (this.isSliceOver()) yield;
    }
  }

  /** What `name` of the objects in `relation` makes. */
  private *takeObjects(relation: string, name: string, set: Pending, node: ExpandedNode): Sliced<void> {
    const isEvery = node.operation === 'every';
    const stored = yield* this.stored.of(set.object, relation, (subject) => {
      const object = this.view.objectOf(subject);
      return isEvery || this.schema.memberOf(typeName(this.view, object), name) !== undefined
        ? objectText(this.view, object)
        : undefined;
    });
    for (const { number, grant } of stored) {
      this.addChild(node, this.view.objectOf(number), name, set.level + 1, grant);
      if (this.isSliceOver()) yield;
    }
  }

  private addChild(node: ExpandedNode, object: number, name: string, level: number, grant: string): void {
    noteGrant(node, 'childGrants', node.children.length, grant);
    const type = typeName(this.view, object);
    const member = this.schema.memberOf(type, name);
    if (member === undefined) {
      // Below `every`: an object whose type lacks the name does not have it.
      const place = this.nodes.add('nobody', `${objectText(this.view, object)}#${name}`);
      this.nodes.all[place].expression = 'nobody';
      node.children.push(place);
    } else {
      node.children.push(this.refer({ member, type, object, id: this.view.idOf(object) }, level));
    }
  }

  private isSliceOver(): boolean {
    return ++this.steps % STEPS_A_YIELD === 0;
  }
}
