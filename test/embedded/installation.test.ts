import { cp, lstat, mkdir, readdir, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type BinaryPackage,
  findBinaryPackage,
  hydrate,
  provenBinaries,
} from '../../src/embedded/binaries.ts';
import { firstClosed, isRoot, parsePasswd, pickUser } from '../../src/embedded/run-as.ts';
import { reachableBinaries, sharedPlace } from '../../src/embedded/shared-place.ts';
import { cleanUp, endServersIn, query, start, temporaryDirectory } from './workbench.ts';

afterEach(cleanUp);

const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\n#comment\nnobody:*:-2:-2::/:\nada:x:1000:1000::/home/ada:/bin/sh\n';
const quiet = () => undefined;
const myself = { name: 'me', uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

/** A copy of the installed package, in a folder that only its owner can enter. */
async function copyOfPackage(): Promise<BinaryPackage> {
  const installed = await findBinaryPackage();
  await hydrate(installed);
  const native = join(await temporaryDirectory(0o700), 'native');
  await cp(installed.native, native, { recursive: true, verbatimSymlinks: true });
  return { ...installed, native };
}

describe('the Postgres programs', () => {
  it('get the links that npm ci --ignore-scripts leaves out', async () => {
    const copy = await copyOfPackage();
    const library = join(copy.native, 'lib', 'libpq.so.5');
    const target = await readlink(library);
    for (const entry of await readdir(join(copy.native, 'lib'))) {
      const path = join(copy.native, 'lib', entry);
      if ((await lstat(path)).isSymbolicLink()) await rm(path);
    }
    expect(await hydrate(copy)).toBeGreaterThan(5);
    expect(await readlink(library)).toBe(target);
    expect(await hydrate(copy)).toBe(0);
    expect((await provenBinaries(copy, undefined)).serverVersion).toMatch(/^18\./);
  });

  it('are said to be missing where there are none, with the way out', async () => {
    await expect(findBinaryPackage('aix', 'ppc64')).rejects.toMatchObject({
      reason: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/no embedded Postgres for aix-ppc64; pass --database/),
    });
    await expect(findBinaryPackage('darwin', process.arch === 'arm64' ? 'x64' : 'arm64')).rejects.toThrow(
      'is not installed',
    );
  });

  it('are copied, once and whole, to where the user can reach them', async () => {
    const copy = await copyOfPackage();
    // a user that is neither the owner nor of his group
    const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };
    const shared = await temporaryDirectory();
    await mkdir(join(shared, `postgresql-${basename(copy.name)}-${copy.version}.copy-4194303-ab`));
    const place = () => sharedPlace(stranger, [join(shared, 'pemba')]);
    const [one, other] = await Promise.all([
      reachableBinaries(copy, stranger, quiet, place),
      reachableBinaries(copy, stranger, quiet, place),
    ]);
    expect(one).toEqual(other);
    expect(one.native.startsWith(join(shared, 'pemba'))).toBe(true);
    expect(await readdir(join(shared, 'pemba'))).toHaveLength(1);
    expect((await lstat(join(one.native, 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
    await provenBinaries(one, isRoot() ? stranger : undefined);
    // where they can be reached nothing is copied
    expect(await reachableBinaries(one, stranger, quiet, place)).toBe(one);
    expect(await reachableBinaries(copy, myself, quiet, place)).toBe(copy);
  });

  it('are never shared through a folder that others may write to', async () => {
    const open = await temporaryDirectory(0o777);
    await writeFile(join(open, 'file'), '');
    await expect(sharedPlace(myself, [open, join(open, 'file')])).rejects.toMatchObject({
      reason: 'FILE_UNREADABLE',
      message: expect.stringContaining(`${open} (not a folder of root alone)`),
    });
  });
});

describe('the user that Postgres runs as', () => {
  const users = parsePasswd(PASSWD);

  it('is the owner of what exists, else postgres, else nobody', () => {
    const postgres = { name: 'postgres', uid: 101, gid: 104 };
    expect(pickUser(users, [{ uid: 1000, gid: 1000 }])?.name).toBe('ada');
    expect(pickUser(users, [{ uid: 0, gid: 0 }])).toEqual({
      name: 'nobody',
      uid: 4294967294,
      gid: 4294967294,
    });
    expect(pickUser([...users, postgres], [{ uid: 0, gid: 0 }])).toBe(postgres);
    expect(pickUser([...users, postgres], [{ uid: 777, gid: 1 }])).toBe(postgres); // nameless: initdb would refuse
    expect(pickUser([], [])).toBeUndefined();
  });

  it('can reach a directory only if each above lets it in, by the first triple that fits', () => {
    const ada = { uid: 1000, gid: 1000 };
    const step = (path: string, mode: number, uid = 0, gid = 0) => ({ path, mode, uid, gid });
    expect(firstClosed([step('/', 0o755), step('/srv', 0o711)], ada)).toBeUndefined();
    expect(firstClosed([step('/', 0o755), step('/closed', 0o700), step('/closed/x', 0o777)], ada)).toBe(
      '/closed',
    );
    expect(firstClosed([step('/home/ada', 0o700, 1000, 1000)], ada)).toBeUndefined();
    expect(firstClosed([step('/team', 0o710, 0, 1000)], ada)).toBeUndefined();
    expect(firstClosed([step('/odd', 0o077, 1000, 1000)], ada)).toBe('/odd');
    expect(firstClosed([step('/odd', 0o701, 0, 1000)], ada)).toBe('/odd');
  });
});

describe('a data directory in a folder that only its owner can enter', () => {
  it('works: as root by a link to where Postgres can go, else in place', async () => {
    const closed = await temporaryDirectory(0o700);
    const data = join(closed, 'data');
    const server = await start(data);
    await query(server.url, 'create table kept as select 7 as id');
    await server.stop();
    if (isRoot()) {
      expect((await lstat(data)).isSymbolicLink()).toBe(true);
      expect(await realpath(data)).toBe(server.location);
      expect(server.location).toMatch(/^\/var\/(lib|tmp)\/pemba\/data-[0-9a-f]{12}$/);
    } else {
      expect(server.location).toBe(data);
    }
    try {
      const again = await start(data);
      expect(again).toMatchObject({ origin: 'started', location: server.location, url: server.url });
      expect(await query(again.url, 'select id from kept')).toEqual([7]);
      await again.stop();
    } finally {
      await endServersIn(join(server.location, 'postgres'));
      await rm(server.location, { recursive: true, force: true });
    }
  });

  it('begins anew, beside the data of then, when its link was removed', async () => {
    const closed = await temporaryDirectory(0o700);
    const data = join(closed, 'data');
    const first = await start(data);
    await first.stop();
    await rm(data, { recursive: true });
    const second = await start(data);
    try {
      expect(second.origin).toBe('created');
      if (isRoot()) {
        expect(second.location).toBe(`${first.location}-2`);
        expect((await stat(join(first.location, 'postgres'))).isDirectory()).toBe(true);
      }
      await second.stop();
    } finally {
      for (const location of [first.location, second.location]) {
        await endServersIn(join(location, 'postgres'));
        await rm(location, { recursive: true, force: true });
      }
    }
  });

  it('is refused with the folder in the way if it holds things already and Postgres cannot get there', async () => {
    const closed = await temporaryDirectory(0o700);
    const data = join(closed, 'data');
    await mkdir(data);
    await writeFile(join(data, 'letter.txt'), 'dear');
    if (isRoot()) {
      await expect(start(data)).rejects.toMatchObject({
        reason: 'FILE_UNREADABLE',
        message: expect.stringContaining(`\`${closed}\` is closed to others; open it (chmod o+x ${closed})`),
      });
    } else {
      expect((await start(data)).location).toBe(data);
    }
  });
});
