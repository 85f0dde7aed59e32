/**
 * A view whose content stays as of its revision while the graph goes on: its overlay takes the inverse of each change.
 *
 * The first change to an edge fixes what it was; later ones, and taking it back, alter nothing, so the overlay only
 * grows. It may be changed by itself, as by contextual tuples, or by undoing older changes to get to an earlier
 * revision: what it then says stays fixed, too.
 */
import type { Graph, GraphFollower } from '../graph/graph.ts';
import { type Grant, grantOf } from '../model/grant.ts';
import type { Tuple } from '../model/tuple.ts';
import { OverlayView } from './view.ts';

export class PinnedView extends OverlayView implements GraphFollower {
  private readonly unpin: () => void;

  constructor(graph: Graph) {
    super(graph);
    this.unpin = graph.pin(this);
  }

  override add(tuple: Tuple): boolean {
    const from = this.internNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.internNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    if (this.hasEdge(from, to)) return false;
    this.overlay.fixPresent(from, to, grantOf(tuple));
    return true;
  }

  override remove(tuple: Tuple): boolean {
    if (!this.has(tuple)) return false;
    const from = this.nodeOf(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.nodeOf(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    this.overlay.fixAbsent(from, to);
    return true;
  }

  edgeAdded(from: number, to: number): void {
    if (!this.overlay.isFixed(from, to)) this.overlay.fixAbsent(from, to);
  }

  edgeRemoved(from: number, to: number, grant: Grant | undefined): void {
    if (!this.overlay.isFixed(from, to)) this.overlay.fixPresent(from, to, grant);
  }

  /** Ends the pin: from now on the view must not be read. Twice is fine. */
  release(): void {
    this.unpin();
  }
}
