import { expect, it } from 'vitest';
import { parseTuple } from '../../src/model/tuple.ts';
import { TupleProposal } from '../../src/write/tuple-proposal.ts';
import { freshDatabase } from '../support/database.ts';
import { makeWriter } from './workbench.ts';

it('takes up a write whenever it is handed in, however soon after the last one was answered', async () => {
  const { tenant, writers, schema } = await makeWriter(await freshDatabase(), {});
  await schema('type user\ntype team { relation member : user }');
  const write = (user: string) => {
    const tuple = parseTuple(`team:a#member@user:${user}`, 'tuple');
    const proposal = new TupleProposal(
      { updates: [{ operation: 'touch', tuple }], preconditions: [] },
      {},
      undefined,
    );
    return writers.for(tenant).submit(proposal, Date.now() + 5_000);
  };
  for (let turns = 0; turns < 12; turns++) {
    await write(`first-${turns}`);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const late = new Promise((resolve) => setTimeout(() => resolve('never'), 2_000));
    const outcome = await Promise.race([write(`second-${turns}`), late]);
    expect(outcome, `${turns} turns later`).toMatchObject({ revision: 2 * turns + 3 });
  }
});
