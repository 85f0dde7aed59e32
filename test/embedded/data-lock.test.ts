import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, link, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type DataLock, lockData } from '../../src/embedded/data-lock.ts';
import { ownLockText } from '../../src/embedded/lock-holder.ts';
import { processStart, waitUntil } from '../../src/embedded/processes.ts';
import { cleanUp, startOwner, temporaryDirectory } from './workbench.ts';

afterEach(cleanUp);

/** Long enough for a holder that beats as often as those of these tests do. */
const PATIENCE_MS = 1_000;
const [PID = '', START = '', PLACE = '', HOST = ''] = ownLockText().split('\n');

/** A lock as this process would write it, but for `changes`. */
function lockText(changes: { pid?: string; start?: string; place?: string; token?: string }): string {
  const { pid = PID, start = START, place = PLACE, token = 'feed' } = changes;
  return `${[pid, start, place, HOST, token].join('\n')}\n`;
}

const DEAD = lockText({ pid: '4194303', start: '1@gone' });
/** Its number is nobody's here, and means somebody there. */
const ELSEWHERE = DEAD.replace(PLACE, `${PLACE.split(' ')[0]} pid:[1]`);

function lockHere(home: string): Promise<DataLock> {
  return lockData(home, './data', () => undefined, PATIENCE_MS);
}

/** Touches a file as its holder elsewhere would. */
function beatOn(path: string): () => void {
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), 100);
  const stop = () => clearInterval(timer);
  onTestFinished(stop);
  return stop;
}

describe('the lock of a data directory', () => {
  it('names process and start, and goes away on release', async () => {
    const home = await temporaryDirectory();
    const lock = await lockHere(home);
    expect((await readFile(join(home, 'pemba.pid'), 'utf8')).split('\n').slice(0, 2)).toEqual([
      String(process.pid),
      processStart(process.pid),
    ]);
    await expect(lockHere(home)).rejects.toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
    await lock.release();
    await lock.release();
    expect(await readdir(home)).toEqual([]);
    await (await lockHere(home)).release();
  });

  it.each([
    ['a dead process', DEAD],
    ['a living process of another start', lockText({ start: '1@before' })],
    ['nobody (an empty file)', ''],
  ])('is taken over at once from %s', async (_of, content) => {
    const home = await temporaryDirectory();
    await writeFile(join(home, 'pemba.pid'), content);
    // for ever: this one is not waited for
    const lock = await lockData(home, './data', () => undefined, Number.POSITIVE_INFINITY);
    expect(await readFile(join(home, 'pemba.pid'), 'utf8')).toContain(`${process.pid}\n`);
    await lock.release();
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ['in another namespace', ELSEWHERE],
    ['in another boot', DEAD.replace(PLACE, `another ${PLACE.split(' ')[1]}`)],
    ['elsewhere, with our own number and start', lockText({ place: 'another pid:[1]' })],
    ['here, whose start cannot be told', lockText({ start: 'unknown' })],
  ])(
    'of a holder %s is left to it as long as it beats, and is taken over when it is silent',
    async (_where, text) => {
      const home = await temporaryDirectory();
      const path = join(home, 'pemba.pid');
      await writeFile(path, text);
      const stop = beatOn(path);
      await expect(lockHere(home)).rejects.toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
      expect(await readFile(path, 'utf8')).toBe(text);
      expect(await readdir(home)).toEqual(['pemba.pid']);
      stop();
      const lock = await lockHere(home);
      expect(await readFile(path, 'utf8')).not.toBe(text);
      await lock.release();
      expect(await readdir(home)).toEqual([]);
    },
  );

  it('of a holder elsewhere is refused with its host, and without a number to kill here', async () => {
    const home = await temporaryDirectory();
    await writeFile(join(home, 'pemba.pid'), ELSEWHERE);
    beatOn(join(home, 'pemba.pid'));
    const said = await lockHere(home).catch(String);
    expect(said).toContain(`process 4194303 in another container or on another machine (host ${HOST})`);
    expect(said).not.toContain('kill');
  });

  it('is given to who comes while its holder elsewhere gives it back', async () => {
    const home = await temporaryDirectory();
    await writeFile(join(home, 'pemba.pid'), ELSEWHERE);
    let removed: Promise<void> | undefined;
    // it tells when it begins to look
    const log = () => {
      removed = rm(join(home, 'pemba.pid'));
    };
    await (await lockData(home, './data', log, Number.POSITIVE_INFINITY)).release();
    await removed;
  });

  it('shows that its holder lives, and no longer than until it is released', async () => {
    const home = await temporaryDirectory();
    const lock = await lockHere(home);
    const path = join(home, 'pemba.pid');
    const touched = async () => (await stat(path)).mtimeMs;
    for (let beat = 0; beat < 2; beat += 1) {
      const before = await touched();
      expect(await waitUntil(async () => (await touched()) !== before, 20_000)).toBe(true);
    }
    // another name, for that of the lock goes away
    await link(path, join(home, 'still-there'));
    await lock.release();
    const { mtimeMs } = await stat(join(home, 'still-there'));
    await sleep(2_500);
    expect((await stat(join(home, 'still-there'))).mtimeMs).toBe(mtimeMs);
  });

  it.each([
    ['another has taken it', (path: string) => writeFile(path, ELSEWHERE), ['pemba.pid']],
    ['it was removed', (path: string) => rm(path), []],
  ])('says that it is lost when %s, and leaves what is there now', async (_how, take, left) => {
    const home = await temporaryDirectory();
    const lock = await lockHere(home);
    await take(join(home, 'pemba.pid'));
    await lock.lost;
    await lock.release();
    expect(await readdir(home)).toEqual(left);
  });

  it('does not keep its process running', async () => {
    const home = await temporaryDirectory();
    const script = `import { lockData } from './src/embedded/data-lock.ts';
      await lockData(${JSON.stringify(home)}, './data', () => undefined);`;
    await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect(await readdir(home)).toEqual(['pemba.pid']);
    await (await lockHere(home)).release();
  });

  it('removes what starters left that are dead for sure, and nothing of one that may be starting elsewhere', async () => {
    const home = await temporaryDirectory();
    const left = { dead: DEAD, living: lockText({}), elsewhere: ELSEWHERE, unwritten: '', old: ELSEWHERE };
    for (const [name, text] of Object.entries(left))
      await writeFile(join(home, `pemba.pid.new-${name}`), text);
    const lastWeek = new Date(Date.now() - 7 * 24 * 60 * 60 * 1000);
    await utimes(join(home, 'pemba.pid.new-old'), lastWeek, lastWeek);
    await (await lockHere(home)).release();
    expect((await readdir(home)).sort()).toEqual(
      ['elsewhere', 'living', 'unwritten'].map((name) => `pemba.pid.new-${name}`),
    );
  });

  it.each([
    ['here', DEAD, 30],
    ['elsewhere', ELSEWHERE, 3],
  ])('is given to one of many who take over a dead one %s at once', async (_where, dead, rounds) => {
    for (let round = 0; round < rounds; round += 1) {
      const home = await temporaryDirectory();
      await writeFile(join(home, 'pemba.pid'), dead);
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockHere(home)));
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
    await writeFile(claim(deadToo), lockText({ token: 'food' }));
    await expect(lockHere(home)).rejects.toMatchObject({ reason: 'DATA_DIRECTORY_IN_USE' });
    await rm(claim(deadToo));
    const lock = await lockHere(home);
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
