/** The objects of one question by number, with their types and ids, mentioned by tuples or not. */

import { formatTimestamp } from '../../base/timestamp.ts';
import { NONE } from '../../graph/graph.ts';
import type { Grant } from '../../model/grant.ts';
import { parseObject, parseSubject, WILDCARD } from '../../model/reference.ts';
import { type Tuple, withGrant } from '../../model/tuple.ts';
import type { View } from '../../view/view.ts';
import type { GrantValues } from '../grant-values.ts';
import { YES } from '../memo.ts';
import type { Query, QueryText } from '../query.ts';

/** What stands for a wildcard that no tuple mentions. */
const UNMENTIONED_WILDCARD = 0xffff_fffc;

/** `object#relation@subject` in numbers; the subject's relation is 0 unless it is a set. */
export interface Edge {
  object: number;
  relation: number;
  subject: number;
  subjectRelation: number;
}

/** Injective. */
export function keyOf({ object, relation, subject, subjectRelation }: Edge): string {
  return `${object} ${relation} ${subject} ${subjectRelation}`;
}

export class Names {
  private readonly view: View;
  private readonly grants: GrantValues;
  private readonly query: Query;
  private readonly objectId: string;
  private readonly subjectId: string;
  /** The wildcard of the subject's type. */
  readonly wildcard: number;

  /** @param grants says which stored tuples hold */
  constructor(view: View, query: Query, text: QueryText, grants: GrantValues) {
    this.view = view;
    this.grants = grants;
    this.query = query;
    this.objectId = parseObject(text.object, 'object').id;
    this.subjectId = parseSubject(text.subject, 'subject').id;
    this.wildcard = view.findObject(query.subjectType, WILDCARD) || UNMENTIONED_WILDCARD;
  }

  typeOf(object: number): number {
    if (object === this.query.object) return this.query.member.type;
    if (object === this.query.subjectObject || object === this.wildcard) return this.query.subjectType;
    return this.view.typeOf(object);
  }

  idOf(object: number): string {
    if (object === this.query.object) return this.objectId;
    if (object === this.query.subjectObject) return this.subjectId;
    return object === this.wildcard ? WILDCARD : this.view.idOf(object);
  }

  /** `type:id` */
  textOf(object: number): string {
    return `${this.view.graph.types.name(this.typeOf(object))}:${this.idOf(object)}`;
  }

  /** The tuple without what it carries. */
  tupleOf(edge: Edge): Tuple {
    const { types, relations } = this.view.graph;
    return {
      object: { type: types.name(this.typeOf(edge.object)), id: this.idOf(edge.object) },
      relation: relations.name(edge.relation),
      subject: {
        type: types.name(this.typeOf(edge.subject)),
        id: this.idOf(edge.subject),
        relation: relations.name(edge.subjectRelation),
      },
    };
  }

  /** The tuple with what it carries, if it is stored. */
  storedTuple(edge: Edge): Tuple {
    return withGrant(this.tupleOf(edge), this.grantOf(edge));
  }

  /** The tuple is stored, and holds. */
  isStored(edge: Edge): boolean {
    const ends = this.endsOf(edge);
    return ends !== undefined && this.grants.valueOf(this.view.grantOf(...ends)) === YES;
  }

  /** The tuple is stored, and has not expired, whether it holds or not. */
  isUnexpired(edge: Edge): boolean {
    const ends = this.endsOf(edge);
    if (ends === undefined) return false;
    const grant = this.view.grantOf(...ends);
    return grant === undefined || this.grants.outcomeOf(grant) !== 'expired';
  }

  /** Why a stored tuple does not surely hold; undefined if it does, or is not stored. */
  whyNot(edge: Edge): string | undefined {
    const grant = this.grantOf(edge);
    if (grant === undefined) return undefined;
    const outcome = this.grants.outcomeOf(grant);
    if (outcome === true) return undefined;
    if (outcome === 'expired') return `expired at ${formatTimestamp(grant.expiresAt ?? 0)}`;
    const condition = `condition ${grant.condition?.name}`;
    if (outcome === false) return `${condition} is false`;
    return 'missing' in outcome ? `${condition} depends on ${outcome.missing.join(', ')}` : outcome.message;
  }

  /** What a stored tuple carries. */
  grantOf(edge: Edge): Grant | undefined {
    const ends = this.endsOf(edge);
    return ends === undefined ? undefined : this.view.grantOf(...ends);
  }

  /** The nodes of a tuple that is stored. */
  private endsOf(edge: Edge): [number, number] | undefined {
    const from = this.view.findNode(edge.object, edge.relation);
    if (from === NONE) return undefined;
    const to = this.view.findNode(edge.subject, edge.subjectRelation);
    return to !== NONE && this.view.hasEdge(from, to) ? [from, to] : undefined;
  }
}
