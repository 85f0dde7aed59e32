/** The nodes of a tree in the making, counted against the limit. */
import { PembaError } from '../../base/errors.ts';
import { type Limits, limitReached } from '../../base/limits.ts';
import type { Rewrite } from '../../schema/compiled-schema.ts';
import type { ExpandedNode } from './expanded-node.ts';

export class NodeList {
  readonly all: ExpandedNode[] = [];
  private readonly limit: number;
  /** Nodes and subjects. */
  private count = 0;

  constructor(limits: Limits) {
    this.limit = limits.expandNodes;
  }

  /** @returns the place of the new node @throws PembaError LIMIT */
  add(operation: Rewrite['op'], set: string): number {
    this.countOne();
    return this.all.push({ operation, set, expression: '', subjects: [], children: [] }) - 1;
  }

  /** A subject counts like a node. @param grant what its tuple carries @throws PembaError LIMIT */
  addSubject(node: ExpandedNode, subject: string, grant: string): void {
    this.countOne();
    noteGrant(node, 'subjectGrants', node.subjects.length, grant);
    node.subjects.push(subject);
  }

  private countOne(): void {
    this.expect(1);
    this.count++;
  }

  /** @throws PembaError LIMIT if there is no room for so many more */
  expect(more: number): void {
    if (this.count + more <= this.limit) return;
    const { message } = limitReached('expandNodes', this.limit);
    throw new PembaError(
      'LIMIT',
      `${message}; give a depth, or a smaller one, and expand the sets at its end by themselves`,
    );
  }
}

/**
 * Notes what the tuple of the next subject or child carries, unless no tuple yet carries anything.
 * @param place that of the subject or child in its list
 */
export function noteGrant(
  node: ExpandedNode,
  list: 'subjectGrants' | 'childGrants',
  place: number,
  grant: string,
): void {
  const grants = node[list];
  if (grants !== undefined) grants.push(grant);
  else if (grant !== '') node[list] = [...Array<string>(place).fill(''), grant];
}
