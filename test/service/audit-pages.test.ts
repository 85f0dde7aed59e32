/** ReadAudit where what is asked for is so rare that pages have nothing in them. */
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { AuditEntry, AuditPlace } from '../../src/model/audit.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { AuditService } from '../../src/service/audit-service.ts';
import { Freshness, systemClock } from '../../src/tenant/freshness.ts';
import { Tenant } from '../../src/tenant/tenant.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';

const zookies = new ZookieCodec(Buffer.alloc(32));

async function makeTenant(): Promise<Tenant> {
  const tenant = new Tenant('1', 'default', new Freshness(systemClock, 1_000), zookies);
  const { schema: compiled } = await compileSchema({ path: 'schema', text: 'type user' });
  if (compiled === undefined) expect.fail('the schema has an error');
  tenant.install({
    point: { revision: 1, tag: '1' },
    time: 0,
    graph: new Graph(),
    schema: { version: 1, compiled },
    credentials: [],
  });
  return tenant;
}

/** Pages with so many entries each, one behind the other. */
async function readPages(sizes: number[], objectType: string) {
  const tenant = await makeTenant();
  const asked: (AuditPlace | undefined)[] = [];
  const trail = {
    read: async (_store: string, _filter: object, after: AuditPlace | undefined) => {
      asked.push(after);
      const page = after === undefined ? 0 : after.revision;
      const place = { revision: page + 1, rank: 0 as const, number: -1 };
      const entry: AuditEntry = {
        place,
        kind: 'tuple_added',
        time: 0,
        revision: 1,
        actor: undefined,
        credentialId: undefined,
        metadata: undefined,
      };
      const isLast = page + 1 === sizes.length;
      return { entries: Array<AuditEntry>(sizes[page]).fill(entry), next: isLast ? undefined : place };
    },
  };
  const service = new AuditService(trail, zookies, defaultLimits());
  const tuple = { objectType };
  const filter = {
    tuple,
    actor: undefined,
    credentialId: undefined,
    kinds: [],
    since: undefined,
    until: undefined,
  };
  let told = 0;
  for (let pageToken = ''; ; ) {
    const page = await service.read(tenant, { filter, pageSize: 0, pageToken, deadline: Date.now() + 5_000 });
    told += page.entries.length;
    pageToken = page.nextPageToken;
    if (pageToken === '') return { told, pages: asked.length };
  }
}

it('goes on behind pages without entries', async () => {
  expect(await readPages([0, 0, 3, 0, 2], 'user')).toEqual({ told: 5, pages: 5 });
  expect(await readPages([0, 0], 'user')).toEqual({ told: 0, pages: 2 });
});

it('calls a name unknown only once all pages have nothing of it', async () => {
  expect(await readPages([0, 1, 0], 'gone')).toEqual({ told: 1, pages: 3 });
  await expect(readPages([0, 0, 0], 'gone')).rejects.toMatchObject({
    reason: 'UNKNOWN_TYPE',
    field: 'filter.tuple.object',
  });
});
