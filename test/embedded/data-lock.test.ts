import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lockData } from '../../src/embedded/data-lock.ts';
import { processStart } from '../../src/embedded/processes.ts';
import { cleanUp, startOwner, temporaryDirectory } from './workbench.ts';

afterEach(cleanUp);

const DEAD = '4194303\n1@gone\nfeed\n';

describe('the lock of a data directory', () => {
  it('names process and start, and goes away on release', async () => {
    const home = await temporaryDirectory();
    const lock = await lockData(home, './data');
    expect((await readFile(join(home, 'pemba.pid'), 'utf8')).split('\n').slice(0, 2)).toEqual([
      String(process.pid),
      processStart(process.pid),
    ]);
    await expect(lockData(home, './data')).rejects.toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
    await lock.release();
    await lock.release();
    expect(await readdir(home)).toEqual([]);
    await (await lockData(home, './data')).release();
  });

  it.each([
    ['a dead process', DEAD],
    ['a living process of another start', `${process.pid}\n1@before\nfeed\n`],
    ['nobody (an empty file)', ''],
  ])('is taken over from %s', async (_of, content) => {
    const home = await temporaryDirectory();
    await writeFile(join(home, 'pemba.pid'), content);
    const lock = await lockData(home, './data');
    expect(await readFile(join(home, 'pemba.pid'), 'utf8')).toContain(`${process.pid}\n`);
    await lock.release();
    expect(await readdir(home)).toEqual([]);
  });

  it('is given to one of many who take over a dead one at once', async () => {
    for (let round = 0; round < 30; round += 1) {
      const home = await temporaryDirectory();
      await writeFile(join(home, 'pemba.pid'), DEAD);
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockData(home, './data')));
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const attempt of attempts) {
        if (attempt.status === 'rejected')
          expect(attempt.reason).toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
      }
      await winners[0]?.value.release();
      await expect(access(join(home, 'pemba.pid'))).rejects.toThrow('ENOENT');
    }
  });

  it('is taken over from a successor that died before it had taken over, unless that one lives', async () => {
    const home = await temporaryDirectory();
    const claim = (of: string) =>
      join(home, `pemba.pid.after-${createHash('sha256').update(of).digest('hex').slice(0, 24)}`);
    const deadToo = DEAD.replace('feed', 'beef');
    await writeFile(join(home, 'pemba.pid'), DEAD);
    await writeFile(claim(DEAD), deadToo);
    await writeFile(claim(deadToo), `${process.pid}\n${processStart(process.pid)}\nfood\n`);
    await expect(lockData(home, './data')).rejects.toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
    await rm(claim(deadToo));
    const lock = await lockData(home, './data');
    expect(await readdir(home)).toEqual(['pemba.pid']);
    await lock.release();
  });

  it('lets exactly one of two processes start', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const owners = await Promise.all([startOwner(data), startOwner(data)]);
    const outcomes = owners.map((owner) => owner.first.reason ?? owner.first.origin).sort();
    expect(outcomes).toEqual(['DATA_DIRECTORY_IN_USE', 'created']);
    const winner = owners.find((owner) => owner.first.origin !== undefined);
    expect(owners.find((owner) => owner !== winner)?.first.message).toContain(`process ${winner?.pid};`);
  });
});
