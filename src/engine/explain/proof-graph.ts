/**
 * What a question can follow from, written down as a graph of "and", "or" and "not" over tuples: those that are
 * stored and, where a denial is to be explained, those that might be.
 */
import type { Rewrite } from '../../schema/compiled-schema.ts';
import type { Member } from '../member.ts';
import { type Edge, keyOf } from './names.ts';

/** The set `member` of `object`: whether the subject is in it. Its only child says. */
export interface SetRef {
  member: Member;
  object: number;
}

/** A part of a member's expression at an object: the node says whether the subject is in it. */
export interface Part extends SetRef {
  rewrite: Rewrite;
}

export interface ProofNode {
  kind: 'constant' | 'tuple' | 'set' | 'or' | 'and' | 'not';
  children: number[];
  parents: number[];
  /** Of a constant. */
  holds?: boolean;
  /** Of a tuple: its place among {@link ProofGraph.tuples}. */
  tuple?: number;
  /** Of a set. */
  set?: SetRef;
  part?: Part;
  /** Of a constant: what it says, where that is worth a step. */
  note?: string;
  /** It only repeats what is counted elsewhere, so that it adds nothing to the cost of a derivation. */
  isFree?: boolean;
  /** Of an `and`: no tuple serves two of its children, so that their costs add up. */
  isDisjoint?: boolean;
}

/** A tuple that the answer may hang on. */
export interface ProofTuple {
  edge: Edge;
  isStored: boolean;
  node: number;
}

export class ProofGraph {
  readonly nodes: ProofNode[] = [];
  readonly tuples: ProofTuple[] = [];
  /** The sets, in the order in which they were met; the first is the question. */
  readonly sets: number[] = [];
  /** Some "not" stands over more than a tuple. */
  hasNegation = false;
  private readonly setNodes = new Map<Member, Map<number, number>>();
  private readonly tupleNodes = new Map<string, number>();

  add(kind: ProofNode['kind'], children: number[] = [], rest: Partial<ProofNode> = {}): number {
    const number = this.nodes.length;
    for (const child of children) this.nodes[child].parents.push(number);
    if (kind === 'not' && this.nodes[children[0]].kind !== 'tuple') this.hasNegation = true;
    this.nodes.push({ ...rest, kind, children, parents: [] });
    return number;
  }

  adopt(parent: number, child: number): void {
    this.nodes[parent].children.push(child);
    this.nodes[child].parents.push(parent);
  }

  /** The node of a set; a new one has no child yet. */
  set(member: Member, object: number): number {
    let byObject = this.setNodes.get(member);
    if (byObject === undefined) {
      byObject = new Map();
      this.setNodes.set(member, byObject);
    }
    let node = byObject.get(object);
    if (node === undefined) {
      node = this.add('set', [], { set: { member, object } });
      byObject.set(object, node);
      this.sets.push(node);
    }
    return node;
  }

  /** Its place among {@link tuples}, if the answer may hang on it. */
  placeOf(edge: Edge): number | undefined {
    const node = this.tupleNodes.get(keyOf(edge));
    return node === undefined ? undefined : this.nodes[node].tuple;
  }

  tuple(edge: Edge, isStored: boolean): number {
    const key = keyOf(edge);
    let node = this.tupleNodes.get(key);
    if (node === undefined) {
      node = this.add('tuple', [], { tuple: this.tuples.length });
      this.tuples.push({ edge, isStored, node });
      this.tupleNodes.set(key, node);
    }
    return node;
  }
}
