/** Pins of a tenant while random revisions are applied to it. */
import { expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { Freshness, systemClock } from '../../src/tenant/freshness.ts';
import type { RevisionRecord } from '../../src/tenant/revision-record.ts';
import { Tenant } from '../../src/tenant/tenant.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import type { PinnedView } from '../../src/view/pinned-view.ts';
import { randomSeed, seeded } from '../support/random.ts';

const ALL = ['doc:1', 'doc:2', 'group:g'].flatMap((object) =>
  ['viewer', 'member'].flatMap((relation) =>
    ['user:a', 'user:b', 'user:*', 'group:g#member', 'doc:1'].map((s) => `${object}#${relation}@${s}`),
  ),
);

function makeTenant(): Tenant {
  const tenant = new Tenant(
    '1',
    'test',
    new Freshness(systemClock, 1_000),
    new ZookieCodec(Buffer.alloc(32)),
  );
  install(tenant, 0);
  return tenant;
}

function install(tenant: Tenant, revision: number): void {
  const point = { revision, tag: String(revision) };
  tenant.install({ point, time: 0, graph: new Graph(), schema: undefined, credentials: [] });
}

const contentOf = (view: PinnedView): string[] => ALL.filter((text) => view.has(parseTuple(text)));

it('keeps each pin as of its revision, over random revisions and pins that come and go', () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const tenant = makeTenant();
  const stored = new Set<string>();
  const pins: { view: PinnedView; content: string[] }[] = [];
  for (let revision = 1; revision <= 400; revision++) {
    const changes: RevisionRecord['changes'] = [];
    // One revision may change a tuple more than once.
    for (let i = Math.floor(random() * 6); i >= 0; i--) {
      const text = ALL[Math.floor(random() * ALL.length)];
      const op = stored.has(text) ? 'remove' : 'add';
      changes.push({ op, tuple: parseTuple(text) });
      if (op === 'add') stored.add(text);
      else stored.delete(text);
    }
    const record = { revision, tag: String(revision), time: revision, changes };
    expect(tenant.apply(tenant.head, [record])).toBe(true);
    if (random() < 0.3) pins.push({ view: tenant.pin(), content: ALL.filter((text) => stored.has(text)) });
    if (random() < 0.25 && pins.length > 0)
      pins.splice(Math.floor(random() * pins.length), 1)[0].view.release();
    for (const { view, content } of pins) expect(contentOf(view), `seed ${seed}`).toEqual(content);
    expect(tenant.pinCount).toBe(pins.length);
  }
});

it('counts no pins of what it held before it was loaded anew, which keep their content', () => {
  const tenant = makeTenant();
  const add = (revision: number, text: string): RevisionRecord => ({
    revision,
    tag: String(revision),
    time: 0,
    changes: [{ op: 'add', tuple: parseTuple(text) }],
  });
  tenant.apply(tenant.head, [add(1, ALL[0])]);
  const view = tenant.pin();
  tenant.unload();
  expect(tenant.pinCount).toBe(0);
  install(tenant, 7);
  tenant.apply(tenant.head, [add(8, ALL[1])]);
  expect(contentOf(view)).toEqual([ALL[0]]);
  view.release();
  expect(tenant.pinCount).toBe(0);
});
