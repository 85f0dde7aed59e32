/** The objects of one question by number, with their types and ids, mentioned by tuples or not. */
import { NONE } from '../../graph/graph.ts';
import { parseObject, parseSubject, WILDCARD } from '../../model/reference.ts';
import type { Tuple } from '../../model/tuple.ts';
import type { View } from '../../view/view.ts';
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

export class Names {
  private readonly view: View;
  private readonly query: Query;
  private readonly objectId: string;
  private readonly subjectId: string;
  /** The wildcard of the subject's type. */
  readonly wildcard: number;

  constructor(view: View, query: Query, text: QueryText) {
    this.view = view;
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

  isStored(edge: Edge): boolean {
    const from = this.view.findNode(edge.object, edge.relation);
    if (from === NONE) return false;
    const to = this.view.findNode(edge.subject, edge.subjectRelation);
    return to !== NONE && this.view.hasEdge(from, to);
  }
}
