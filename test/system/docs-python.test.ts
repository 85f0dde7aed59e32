/** The Python of docs/ does what its page says. Needs Debian's python3-grpcio and python3-protobuf. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { blocksOf, pages, ROOT } from '../docs/blocks.ts';
import { freshDatabase, startNode } from '../support/database.ts';

/** Debian's, which has the packages; another python3 may come first in PATH. */
const PYTHON = '/usr/bin/python3';

const programs = (await pages()).flatMap((page) => {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, i) =>
    block.language === 'python' ? [{ page, line: block.line, text: block.text, next: blocks[i + 1] }] : [],
  );
});

test('there is one', () => {
  expect(programs.length).toBeGreaterThan(0);
});

test.each(programs)('$page, line $line', async ({ text, next }) => {
  const { language, words, text: output } = must(next, 'what it prints');
  expect([language, ...words]).toEqual(['text', 'output']);
  const example = { schemaFile: 'schema/lamin.pemba', tuplesFile: 'schema/lamin.tuples' };
  const node = await startNode({ database: await freshDatabase(), ...example });
  const program = text.replaceAll('127.0.0.1:50051', `127.0.0.1:${node.port}`);
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', program], { cwd: ROOT });
  expect(stdout).toBe(output);
});
