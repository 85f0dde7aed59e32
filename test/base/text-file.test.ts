import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import { decodeText, isNoSuchFile, readTextFile } from '../../src/base/text-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pemba-text-'));
  onTestFinished(() => rm(directory, { recursive: true }));
});

const failure = (path: string): Promise<PembaError> =>
  readTextFile(path).then(
    () => expect.fail('it was read'),
    (error) => error,
  );

it('gives all of a text, without a byte order mark', async () => {
  const path = join(directory, 'a');
  const text = 'user:zoë\r\nuser:\u{1F600}\nuser:\uFFFD\n';
  await writeFile(path, `\uFEFF${text}`);
  expect(await readTextFile(path)).toBe(text);
});

it('names a file that is not there, or is none', async () => {
  const missing = await failure(join(directory, 'none'));
  expect(missing).toMatchObject({
    reason: 'FILE_UNREADABLE',
    message: `cannot read \`${join(directory, 'none')}\`: there is no such file`,
  });
  expect(isNoSuchFile(missing)).toBe(true);
  const folder = await failure(directory);
  expect(folder.message).toBe(`cannot read \`${directory}\`: it is a directory`);
  expect(isNoSuchFile(folder)).toBe(false);
});

it.each([
  ['a byte that begins nothing', [0xff], 1],
  ['a character that is cut off', [0x61, 0x0a, 0xc3], 2],
  ['a character cut off by a line', [0xe2, 0x82, 0x0a, 0xac], 1],
  ['half a surrogate pair', [0x0a, 0x0a, 0xed, 0xa0, 0x80, 0x0a, 0xff], 3],
  ['a character written longer than it is', [0x61, 0xc0, 0xaf], 1],
])('refuses %s, and says where', (_, bytes, line) => {
  expect(() => decodeText(Uint8Array.from(bytes), 'that file')).toThrow(
    `that file is not text in UTF-8; line ${line} is the first that is not`,
  );
});
