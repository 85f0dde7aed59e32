/** What a question is answered from: one revision of a store, its tuples and its schema. */
import { PembaError } from '../base/errors.ts';
import type { Plan } from '../engine/plan.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { PinnedView } from '../view/pinned-view.ts';
import type { OverlayView, View } from '../view/view.ts';

/** One revision of a store, to be read without awaiting, for one request. */
export interface State {
  plan: Plan;
  view: View;
  /** A view of the same revision that can be changed; of a pinned one it is `view` itself. */
  overlayView: () => OverlayView;
  zookie: string;
  /** To be called once the state is read no more, whatever happened. */
  release: () => void;
}

/** One revision of a store that stays as it is while the store goes on, its schema included. */
export interface PinnedState extends State {
  view: PinnedView;
  point: RevisionPoint;
  /**
   * Asked before each slice of work on it.
   * @throws PembaError NOT_READY if the store was loaded anew meanwhile, UNKNOWN_STORE if it was deleted
   */
  assertCurrent: () => void;
}

/** How long to wait, in milliseconds since 1970, and what ends it before. */
export interface WaitOptions {
  deadline: number;
  signal?: AbortSignal | undefined;
}

/** @param pin `loads` is the tenant's count of loads when it was made */
export function pinnedState(
  tenant: Tenant,
  pin: Pick<PinnedState, 'plan' | 'view' | 'point' | 'zookie'> & { loads: number },
): PinnedState {
  const { plan, view, point, zookie, loads } = pin;
  return {
    plan,
    view,
    point,
    zookie,
    overlayView: () => view,
    release: () => view.release(),
    assertCurrent: () => {
      tenant.assertLoaded();
      if (tenant.loadCount === loads) return;
      throw new PembaError(
        'NOT_READY',
        `store \`${tenant.name}\` was loaded anew while the question was being answered; try again`,
      );
    },
  };
}
