/**
 * Fetches what the walks of many questions look at first, so that they find it in the caches. One after the other they
 * would wait for each part of it; here all questions take a step at a time, and the processor waits for ten and more parts
 * at once.
 *
 * It decides nothing, so it may guess (a node by its hash), leave out (overlays) and read in vain. It goes no further than
 * the object asked about: to follow what is stored there cost more than it saved (a batch of the benchmark's mix behind
 * HTTP/2 took 2.6 µs an item so, 2.7 without any of this, 2.8 one object and 2.9 two objects further).
 */
import { NONE } from '../graph/graph.ts';
import { type Nodes, SEVERAL } from '../graph/nodes.ts';
import type { View } from '../view/view.ts';
import { MOST_LOOKS } from './looks.ts';
import type { Look } from './member.ts';
import type { Query } from './query.ts';

/** A walk and its names read a kilobyte or two, and what is fetched for these is to fit into the first two caches. */
export const QUESTIONS_AT_ONCE = 32;
/** Nodes that they look at first. */
const MOST_NODES = QUESTIONS_AT_ONCE * MOST_LOOKS;

export class Prefetch {
  // The nodes of the objects asked about, each with how it is looked at and the node of the subject.
  private readonly nodes = new Uint32Array(MOST_NODES);
  private readonly looks: Look[] = [];
  private readonly subjects = new Uint32Array(MOST_NODES);
  /** Of what is read only for the caches; kept, so that no compiler leaves the reading out. */
  touched = 0;

  /** @param queries {@link QUESTIONS_AT_ONCE} at most */
  fetch({ graph }: View, queries: readonly Query[]): void {
    const { nodes } = graph;
    this.touchIndex(nodes, queries);
    const count = this.touchNodes(nodes, queries);
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const node = this.nodes[i];
      const plain = nodes.onlyPlainOf(node);
      const set = nodes.onlySetOf(node);
      if (plain === SEVERAL || set === SEVERAL) touched ^= graph.edges.touch(node, this.subjects[i]);
      if (set !== SEVERAL) touched ^= nodes.objectOf(set);
      if (plain !== SEVERAL && this.looks[i].goesOn) touched ^= nodes.objectOf(plain);
    }
    this.touched = touched;
  }

  private touchIndex(nodes: Nodes, queries: readonly Query[]): void {
    let touched = 0;
    for (const { member, object, subjectNode, subjectObject, subjectRelation } of queries) {
      touched ^= nodes.touch(object, member.relation);
      if (subjectNode === undefined) touched ^= nodes.touch(subjectObject, subjectRelation);
    }
    this.touched = touched;
  }

  /** @returns how many nodes there are to go on with */
  private touchNodes(nodes: Nodes, queries: readonly Query[]): number {
    let touched = 0;
    let count = 0;
    for (const { member, object, subjectNode, subjectObject, subjectRelation } of queries) {
      const subject = subjectNode ?? nodes.likely(subjectObject, subjectRelation);
      const { looks } = member;
      for (let j = 0; j < looks.length; j++) {
        const node = nodes.likely(object, looks[j].relation);
        if (node === NONE) continue;
        touched ^= nodes.objectOf(node);
        this.nodes[count] = node;
        this.looks[count] = looks[j];
        this.subjects[count++] = subject;
      }
    }
    this.touched = touched;
    return count;
  }
}
