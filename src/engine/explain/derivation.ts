/** The shortest derivation of a question that is allowed, as a list of reasons. */
import { assert, must } from '../../base/assert.ts';
import type { Sliced } from '../../base/slices.ts';
import { formatTuple, type Tuple } from '../../model/tuple.ts';
import type { Rewrite, SourcePosition } from '../../schema/compiled-schema.ts';
import { formatRewrite } from '../../schema/format-rewrite.ts';
import { type Costs, findLeastCosts } from './least-costs.ts';
import type { Part, ProofGraph, SetRef } from './proof-graph.ts';
import type { Question } from './question.ts';
import { compiledMember } from './schema-facts.ts';
import { findTruth, type World } from './truth.ts';

/** One step of a derivation. */
export interface Reason {
  /** The set that the subject is in, or not in, as `type:id#name`; empty for a part of an expression. */
  set: string;
  /** True if the step is that the subject is not in the set. */
  isAbsent: boolean;
  /** The part of the schema it follows by; empty where a set is in itself. */
  expression: string;
  /** Where that stands. */
  position: SourcePosition | undefined;
  /** The tuple it follows from, if there is one. */
  tuple: Tuple | undefined;
  /** True if the tuple is not stored: it would have to be written. */
  isMissing: boolean;
  /** The steps it follows from, as places in the list; all of them are needed. */
  because: number[];
}

/** What a tuple costs when a step costs 1: a derivation of fewer tuples is shorter, whatever its steps. */
const COST_OF_TUPLE = 2 ** 26;

/**
 * The derivation of the fewest tuples in `world`, and among those the one of the fewest steps, a step being a set that the
 * subject is in or absent from. What is used twice counts twice. Equals are told apart by the order in the schema and by the
 * text of tuples, so it does not depend on the order in which tuples were written.
 * @returns each step before those it follows from; the first is the question
 */
export function* derive(question: Question, graph: ProofGraph, world: World): Sliced<Reason[]> {
  const { budget } = question;
  const truth = yield* findTruth(graph, world, budget);
  assert(truth.holds[0] === 1, 'what is allowed has a derivation');
  const own = (i: number): number => {
    const { kind, tuple, holds, children } = graph.nodes[i];
    if (kind === 'tuple') return world(tuple as number) ? COST_OF_TUPLE : Infinity;
    if (kind === 'constant') return holds ? 0 : Infinity;
    if (kind !== 'not') return Infinity;
    const negated = graph.nodes[children[0]];
    if (negated.kind === 'tuple') return world(negated.tuple as number) ? Infinity : 0;
    return truth.mayHold[children[0]] === 0 ? 1 : Infinity;
  };
  const costs = yield* findLeastCosts(graph, { own, set: 1, and: 'sum' }, budget);
  return yield* new Derivation(question, graph, world, costs).reasons();
}

/** A reason whose grounds are still nodes of the graph. */
interface Draft {
  reason: Reason;
  grounds: number[];
}

class Derivation {
  private readonly question: Question;
  private readonly graph: ProofGraph;
  private readonly world: World;
  private readonly costs: Costs;

  constructor(question: Question, graph: ProofGraph, world: World, costs: Costs) {
    this.question = question;
    this.graph = graph;
    this.world = world;
    this.costs = costs;
  }

  /** Depth first without recursion, for chains of groups may be long. */
  *reasons(): Sliced<Reason[]> {
    const drafts = new Map<number, Draft>();
    /** Nodes, each after those it follows from. */
    const done: number[] = [];
    const stack: { node: number; left: number[] }[] = [];
    const open = (node: number, draft: Draft): void => {
      drafts.set(node, draft);
      stack.push({ node, left: [...draft.grounds] });
    };
    open(0, yield* this.draft(0));
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (this.question.budget.step()) yield;
      // From the back, so that the first comes first when all is turned round.
      const node = top.left.pop();
      if (node === undefined) {
        done.push(top.node);
        stack.pop();
      } else if (!drafts.has(node)) {
        open(node, yield* this.draft(node));
      }
    }
    done.reverse();
    const places = new Map(done.map((node, place) => [node, place]));
    return done.map((node) => {
      const { reason, grounds } = must(drafts.get(node), 'a draft');
      reason.because = grounds.map((ground) => must(places.get(ground), 'the place of a step'));
      return reason;
    });
  }

  private *draft(node: number): Sliced<Draft> {
    const { kind, children, set, part, note } = this.graph.nodes[node];
    if (kind === 'set' && set !== undefined)
      return yield* this.draftSet(set, yield* this.settle(children[0]));
    const { rewrite, ...at } = must(part, 'the part of the schema');
    if (note !== undefined) {
      const reason = this.reason('', { ...at, rewrite });
      return { reason: { ...reason, expression: note }, grounds: [] };
    }
    if (kind !== 'not') return yield* this.draftPart('', node);
    const name = rewrite.op === 'name' ? `${this.question.names.textOf(at.object)}#${rewrite.name}` : '';
    return { reason: this.reason(name, { ...at, rewrite }, undefined, true), grounds: [] };
  }

  private *draftSet({ member, object }: SetRef, body: number): Sliced<Draft> {
    const name = `${this.question.names.textOf(object)}#${member.name}`;
    if (this.graph.nodes[body].part !== undefined) return yield* this.draftPart(name, body);
    const position = compiledMember(this.question.plan, member).source;
    const reason = {
      set: name,
      isAbsent: false,
      expression: '',
      position,
      tuple: undefined,
      isMissing: false,
    };
    return { reason: { ...reason, because: [] }, grounds: [] };
  }

  private *draftPart(set: string, node: number): Sliced<Draft> {
    const { graph, world } = this;
    const { kind, children, part } = graph.nodes[node];
    const { rewrite } = must(part, 'the part of the schema');
    switch (rewrite.op) {
      case 'direct':
      case 'arrow': {
        // One of an `every` is the link by itself.
        const chosen = kind === 'or' ? yield* this.choose(node) : node;
        const way = graph.nodes[chosen];
        const [tuple, ...grounds] = way.kind === 'tuple' ? [chosen] : way.children;
        return { reason: this.reason(set, part as Part, tuple), grounds };
      }
      case 'name':
        return { reason: this.reason(set, part as Part), grounds: children };
      case 'of':
        return {
          reason: this.reason(set, part as Part),
          grounds: graph.nodes[yield* this.choose(node)].children,
        };
      case 'every': {
        const links = children.slice(1).map((child) => graph.nodes[child].children);
        const grounds = links.flatMap(([absent, link]) =>
          world(graph.nodes[graph.nodes[absent].children[0]].tuple as number) ? [link] : [],
        );
        return { reason: this.reason(set, part as Part), grounds };
      }
      case 'and':
      case 'except': {
        const grounds: number[] = [];
        for (const child of children) grounds.push(yield* this.operand(child));
        return { reason: this.reason(set, part as Part), grounds };
      }
      default:
        return { reason: this.reason(set, part as Part), grounds: [] };
    }
  }

  /** The step that an operand of an expression follows by: that of a name is the one of its set. */
  private *operand(node: number): Sliced<number> {
    const end = yield* this.settle(node);
    const { part, children, kind } = this.graph.nodes[end];
    return part?.rewrite.op === 'name' && kind === 'or' ? children[0] : end;
  }

  /** Goes down through each `or` of the schema to the operand by which it holds. */
  private *settle(node: number): Sliced<number> {
    const { nodes } = this.graph;
    let at = node;
    while (nodes[at].kind === 'or' && nodes[at].part?.rewrite.op === 'or') at = yield* this.choose(at);
    return at;
  }

  /** The cheapest child; of equals the first in the schema, or the one of the tuple that comes first. */
  private *choose(node: number): Sliced<number> {
    const { cost, order } = this.costs;
    const { children, part } = this.graph.nodes[node];
    const isOfSchema = part?.rewrite.op === 'or';
    // What follows from a set costs more than it, so that an equal never follows from the node itself: as long as the numbers
    // are exact. Beyond that, only what was found earlier is sure not to.
    const isExact = cost[node] <= Number.MAX_SAFE_INTEGER;
    let best = -1;
    let bestText = '';
    for (const child of children) {
      if (this.question.budget.step()) yield;
      if (!(order[child] < order[node] || (isExact && cost[child] === cost[node]))) continue;
      if (best >= 0 && (cost[child] > cost[best] || (cost[child] === cost[best] && isOfSchema))) continue;
      if (isOfSchema) {
        best = child;
        continue;
      }
      const text = this.textOf(child);
      if (best >= 0 && cost[child] === cost[best] && text >= bestText) continue;
      best = child;
      bestText = text;
    }
    assert(best >= 0, 'an `or` that holds has an operand that does');
    return best;
  }

  private textOf(way: number): string {
    const { kind, children, tuple } = this.graph.nodes[way];
    if (kind === 'tuple' && this.isOfSubject(tuple as number)) return '';
    const { set } = this.graph.nodes[children[0] ?? way];
    // Of a `name of set`.
    if (set !== undefined && kind === 'and') return this.question.names.textOf(set.object);
    return formatTuple(this.tupleAt(kind === 'tuple' ? way : children[0]));
  }

  /** It names the subject itself, which says more than a wildcard does. */
  private isOfSubject(tuple: number): boolean {
    const { subject, subjectRelation } = this.graph.tuples[tuple].edge;
    const { query } = this.question;
    return subject === query.subjectObject && subjectRelation === query.subjectRelation;
  }

  private tupleAt(node: number): Tuple {
    const { edge, isStored } = this.graph.tuples[this.graph.nodes[node].tuple as number];
    const { names, proposals } = this.question;
    return isStored ? names.storedTuple(edge) : proposals.tupleOf(edge);
  }

  private reason(set: string, part: Part, tuple?: number, isAbsent = false): Reason {
    const proofTuple =
      tuple === undefined ? undefined : this.graph.tuples[this.graph.nodes[tuple].tuple as number];
    return {
      set,
      isAbsent,
      expression: formatRewrite(part.rewrite),
      position: positionOf(part.rewrite, compiledMember(this.question.plan, part.member).source),
      tuple: tuple === undefined ? undefined : this.tupleAt(tuple),
      isMissing: proofTuple?.isStored === false,
      because: [],
    };
  }
}

/** Where the part begins; what a ladder implies stands where its member does. */
function positionOf(rewrite: Rewrite, member: SourcePosition): SourcePosition {
  switch (rewrite.op) {
    case 'or':
    case 'and':
      return positionOf(rewrite.of[0], member);
    case 'except':
      return positionOf(rewrite.from, member);
    default:
      return rewrite.at === undefined
        ? member
        : { file: member.file, line: rewrite.at[0], column: rewrite.at[1] };
  }
}
