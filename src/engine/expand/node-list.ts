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
    this.countSubject();
    return this.all.push({ operation, set, expression: '', subjects: [], children: [] }) - 1;
  }

  /** A subject counts like a node. @throws PembaError LIMIT */
  countSubject(): void {
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
