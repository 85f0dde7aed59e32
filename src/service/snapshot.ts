/** An earlier revision of a store: its graph under an overlay that undoes what came since. */
import { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { OverlayView } from '../view/view.ts';
import type { History } from './history.ts';

/**
 * @returns a view of `point`, to be used before anything is awaited
 * @throws PembaError LIMIT, NOT_READY
 */
export async function buildSnapshot(
  tenant: Tenant,
  point: RevisionPoint,
  history: History,
  limits: Limits,
): Promise<OverlayView> {
  // What this node applies while the older changes are read has to be undone as well.
  const recording = tenant.record();
  const loads = tenant.loadCount;
  try {
    const since = await readSince(tenant, point, recording.from, history, limits);
    if (tenant.loadCount !== loads || !tenant.loaded) {
      throw new PembaError('NOT_READY', 'the history of this store changed meanwhile; try again');
    }
    const view = tenant.overlayView();
    for (const record of [...since, ...recording.records].reverse()) undo(view, record);
    return view;
  } finally {
    recording.stop();
  }
}

async function readSince(
  tenant: Tenant,
  point: RevisionPoint,
  until: RevisionPoint,
  history: History,
  limits: Limits,
): Promise<RevisionRecord[]> {
  const since: RevisionRecord[] = [];
  let changes = 0;
  for (let at = point; at.revision < until.revision; ) {
    const records = await history.after(tenant.id, at);
    if (records === undefined || records.length === 0) {
      throw new PembaError('NOT_READY', 'the history of this store changed meanwhile; try again');
    }
    for (const record of records) {
      if (record.revision > until.revision) break;
      since.push(record);
      changes += record.changes.length;
    }
    if (changes > limits.snapshotChanges) throw limitReached('snapshotChanges', limits.snapshotChanges);
    at = records[records.length - 1];
  }
  return since;
}

function undo(view: OverlayView, record: RevisionRecord): void {
  for (const { op, tuple } of [...record.changes].reverse()) {
    if (op === 'add') view.remove(tuple);
    else view.add(tuple);
  }
}
