/** A refusal is in the audit once, and only if that is what the caller was told. */
import { expect, it } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { TupleProposal } from '../../src/write/tuple-proposal.ts';
import { makeWriter, type TestWriter } from '../postgres/workbench.ts';
import { freshDatabase, query } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';

const SCHEMA =
  'type user type house { relation owner : user granted by owner relation guest : user granted by owner }';

/** A write that is fine and one that is refused, in the same group. @returns what their callers were told */
async function writeBoth({ writers, tenant }: TestWriter): Promise<string[]> {
  const propose = (tuple: string, actor: string): Promise<string> => {
    const updates = [{ operation: 'touch' as const, tuple: parseTuple(tuple) }];
    const write = { updates, preconditions: [], actor: { type: 'user', id: actor } };
    return writers
      .for(tenant)
      .submit(new TupleProposal(write, { actor: `user:${actor}` }, undefined), Date.now() + 20_000)
      .then(
        () => 'written',
        ({ reason }: PembaError) => reason,
      );
  };
  return Promise.all([propose('house:a#guest@user:x', 'ada'), propose('house:a#guest@user:eve', 'eve')]);
}

const refusals = (url: string): Promise<{ actor: string }[]> =>
  query(url, "select actor from audit_event where kind = 'write_refused'");

async function prepare(): Promise<{
  url: string;
  proxy: Awaited<ReturnType<typeof startProxy>>;
  writer: TestWriter;
}> {
  const url = await freshDatabase();
  const proxy = await startProxy(url);
  const writer = await makeWriter(proxy.url, { lostAnswerMs: 500 });
  await writer.schema(SCHEMA);
  await writer.write(['house:a#owner@user:ada']);
  return { url, proxy, writer };
}

it('once, although its group was decided twice', async () => {
  const { url, proxy, writer } = await prepare();
  proxy.cut({ when: 'before', times: 1 });
  expect(await writeBoth(writer)).toEqual(['written', 'NOT_GRANTED_BY']);
  expect(proxy.cuts).toBe(1);
  await writer.refusals.flush();
  expect(await refusals(url)).toEqual([{ actor: 'user:eve' }]);
});

it('not, if the callers of its group were told something else', async () => {
  const { url, proxy, writer } = await prepare();
  proxy.cut({ when: 'before', times: 3 });
  expect(await writeBoth(writer)).toEqual(['WRITE_NOT_COMMITTED', 'WRITE_NOT_COMMITTED']);
  await writer.refusals.flush();
  expect(await refusals(url)).toEqual([]);
});
