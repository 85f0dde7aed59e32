/** Looks for tuples on a view, from whichever side names fewer of them. */
import { must } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import { ITSELF, NONE } from '../graph/graph.ts';
import { formatFilter, type TupleFilter } from '../model/write.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';

/**
 * A filter that can be answered without looking at every tuple names an object or a subject.
 * @throws PembaError MALFORMED_REQUEST
 */
export function assertSelective(filter: TupleFilter, field: string): void {
  if (filter.objectId !== undefined || filter.subjectId !== undefined) return;
  throw new PembaError(
    'MALFORMED_REQUEST',
    `${field}: it selects ${formatFilter(filter) || 'every tuple'}; a precondition names an object or a subject by its id, as \`type:id\``,
    { field },
  );
}

/** True if some tuple of the view is selected. The filter must be selective. */
export function anyTuple(view: View, filter: TupleFilter): boolean {
  const edges = filter.objectId === undefined ? edgesToSubject(view, filter) : edgesFromObject(view, filter);
  for (const [from, to] of edges) {
    if (
      nodeMatches(view, from, filter.objectType, filter.objectId, filter.relation) &&
      subjectMatches(view, to, filter)
    ) {
      return true;
    }
  }
  return false;
}

function subjectMatches(view: View, node: number, filter: TupleFilter): boolean {
  return nodeMatches(view, node, filter.subjectType, filter.subjectId, filter.subjectRelation);
}

function nodeMatches(view: View, node: number, type?: string, id?: string, relation?: string): boolean {
  const object = view.objectOf(node);
  if (type !== undefined && view.graph.types.name(view.typeOf(object)) !== type) return false;
  if (id !== undefined && view.idOf(object) !== id) return false;
  return relation === undefined || view.graph.relations.name(view.relationOf(node)) === relation;
}

function* edgesFromObject(view: View, filter: TupleFilter): Generator<[number, number]> {
  for (const from of nodesOf(view, filter.objectType, filter.objectId, filter.relation)) {
    for (const to of subjectsAt(view, from)) yield [from, to];
  }
}

function* edgesToSubject(view: View, filter: TupleFilter): Generator<[number, number]> {
  for (const to of nodesOf(view, filter.subjectType, filter.subjectId, filter.subjectRelation)) {
    for (const from of holdersOf(view, to)) yield [from, to];
  }
}

/** The nodes of one object: of one relation if that is given, else of all there are. */
function* nodesOf(view: View, type?: string, id?: string, relation?: string): Generator<number> {
  const typeNumber = view.graph.types.find(must(type, 'type of a selective filter'));
  if (typeNumber < 0) return;
  const object = view.findObject(typeNumber, must(id, 'id of a selective filter'));
  if (object === NONE) return;
  const first = relation === undefined ? ITSELF : view.graph.relations.find(relation);
  if (first < 0) return;
  const last = relation === undefined ? view.graph.relations.size - 1 : first;
  for (let number = first; number <= last; number++) {
    const node = view.findNode(object, number);
    if (node !== NONE) yield node;
  }
}

/** The nodes stored as subjects at `node`. */
function* subjectsAt(view: View, node: number): Generator<number> {
  const { graph, overlay } = view;
  if (node < OWN) {
    for (const first of [graph.nodes.firstPlain.get(node), graph.nodes.firstSet.get(node)]) {
      for (let edge = first; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
        const to = graph.edges.to(edge);
        if (overlay === null || !overlay.isRemoved(node, to)) yield to;
      }
    }
  }
  if (overlay !== null) yield* overlay.addedTo(node);
}

/** The nodes at which `node` is stored as a subject. */
function* holdersOf(view: View, node: number): Generator<number> {
  const { graph, overlay } = view;
  if (node < OWN) {
    for (let edge = graph.nodes.firstIn.get(node); edge !== NONE; edge = graph.edges.nextIn.get(edge)) {
      const from = graph.edges.from(edge);
      if (overlay === null || !overlay.isRemoved(from, node)) yield from;
    }
  }
  if (overlay !== null) yield* overlay.addedFrom(node);
}
