/** Looks for tuples on a view, from whichever side names fewer of them. */
import { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
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

/** What the preconditions of one write may look at, all together: they are judged under the store's lock. */
export class Steps {
  private readonly limit: number;
  private left: number;

  constructor({ preconditionSteps }: Pick<Limits, 'preconditionSteps'>) {
    this.limit = preconditionSteps;
    this.left = preconditionSteps;
  }

  /** @throws PembaError LIMIT */
  take(field: string): void {
    if (--this.left < 0) throw limitReached('preconditionSteps', this.limit, field);
  }
}

/** One side of a filter as the graph's numbers. */
interface Side {
  type: number;
  object: number;
  relation: number;
}

/** Stands for any type, object or relation. */
const ANY = -1;

/**
 * True if some tuple of the view is selected. The filter must be selective.
 *
 * A filter that names both an object and a subject is looked up; another walks the edges of what it
 * names, each of which takes a step.
 * @param field what to call the filter in errors
 * @throws PembaError LIMIT
 */
export function anyTuple(view: View, filter: TupleFilter, steps: Steps, field: string): boolean {
  const object = sideOf(view, filter.objectType, filter.objectId, filter.relation);
  const subject = sideOf(view, filter.subjectType, filter.subjectId, filter.subjectRelation);
  if (object === undefined || subject === undefined) return false;
  if (object.object !== ANY && subject.object !== ANY) return anyEdgeBetween(view, object, subject);
  const isFromObject = object.object !== ANY;
  const [near, far] = isFromObject ? [object, subject] : [subject, object];
  for (const node of nodesOf(view, near)) {
    for (const other of isFromObject ? subjectsAt(view, node) : holdersOf(view, node)) {
      steps.take(field);
      if (matches(view, other, far)) return true;
    }
  }
  return false;
}

/** Undefined if it names what nothing of the view has. */
function sideOf(view: View, type?: string, id?: string, relation?: string): Side | undefined {
  const { types, relations } = view.graph;
  const side: Side = { type: ANY, object: ANY, relation: ANY };
  if (relation !== undefined) {
    side.relation = relations.find(relation);
    if (side.relation < 0) return undefined;
  }
  if (type === undefined) return side;
  side.type = types.find(type);
  if (side.type < 0) return undefined;
  if (id === undefined) return side;
  side.object = view.findObject(side.type, id);
  return side.object === NONE ? undefined : side;
}

/** Looks for each pair: objects have few nodes, whatever the number of their edges. */
function anyEdgeBetween(view: View, object: Side, subject: Side): boolean {
  const subjects = [...nodesOf(view, subject)];
  for (const from of nodesOf(view, object)) {
    if (subjects.some((to) => view.hasEdge(from, to))) return true;
  }
  return false;
}

function matches(view: View, node: number, { type, relation }: Side): boolean {
  if (relation !== ANY && view.relationOf(node) !== relation) return false;
  return type === ANY || view.typeOf(view.objectOf(node)) === type;
}

/** The nodes of one object: of one relation if that is given, else of all there are. */
function* nodesOf(view: View, { object, relation }: Side): Generator<number> {
  const first = relation === ANY ? ITSELF : relation;
  const last = relation === ANY ? view.graph.relations.size - 1 : relation;
  for (let number = first; number <= last; number++) {
    const node = view.findNode(object, number);
    if (node !== NONE) yield node;
  }
}

/** The nodes stored as subjects at `node`. */
function* subjectsAt(view: View, node: number): Generator<number> {
  const { graph, overlay } = view;
  if (node < OWN) {
    for (const first of [graph.nodes.firstPlainOf(node), graph.nodes.firstSetOf(node)]) {
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
