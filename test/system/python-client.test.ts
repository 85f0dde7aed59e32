/**
 * A program in another language works from the .proto files alone.
 *
 * Needs Debian's python3-grpcio and python3-protobuf: apt-get install -y python3-grpcio python3-protobuf
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';

/** Debian's, which has the packages; another python3 may come first in PATH. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('python/permission_client.py', import.meta.url));
const DESCRIPTOR_SET = fileURLToPath(new URL('../../proto/pemba.binpb', import.meta.url));

const shared = shareNodes();

test('a Python client asks all there is to ask', async () => {
  const store = await newStore(shared);
  const address = `127.0.0.1:${shared.nodes[0]?.port}`;
  const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, address, store, DESCRIPTOR_SET]);
  const answers = JSON.parse(stdout);
  const member = (name: string) => ({ object: 'team:ml', relation: 'member', subject: `user:${name}` });
  const reader = { object: 'space:a', relation: 'reader', subject: 'team:ml#member' };

  expect(answers.check).toBe('ANSWER_ALLOWED');
  expect(answers.batch).toEqual([
    { answer: 'ANSWER_ALLOWED' },
    { error: expect.objectContaining({ code: 9, reason: 'UNKNOWN_RELATION', field: 'items[1].relation' }) },
  ]);
  expect(answers.read).toEqual(['ada', 'bob', 'cid'].map(member));

  expect(answers.expand[0]).toMatchObject({ set: 'space:a#read' });
  const direct = answers.expand.find(({ set }: { set: string }) => set === 'team:ml#member');
  expect(direct.subjects ?? subjectsBelow(answers.expand, direct)).toEqual([
    'user:ada',
    'user:bob',
    'user:cid',
  ]);

  expect(answers.explain.answer).toBe('ANSWER_ALLOWED');
  const used = answers.explain.reasons.flatMap(({ tuple }: { tuple?: object }) => tuple ?? []);
  expect(used).toHaveLength(2);
  expect(used).toEqual(expect.arrayContaining([member('ada'), reader]));
  expect(answers.misses.answer).toBe('ANSWER_DENIED');
  expect(answers.misses.misses[0].add).toHaveLength(1);

  expect(answers.permissions).toEqual([
    { name: 'reader', answer: 'ANSWER_ALLOWED' },
    { name: 'read', isPermission: true, answer: 'ANSWER_ALLOWED' },
  ]);
  expect(answers.resources).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(answers.subjects).toEqual([['ada', 'bob'], ['cid']]);

  expect(answers.refusal).toEqual({
    code: 'FAILED_PRECONDITION',
    reason: 'UNKNOWN_RELATION',
    field: 'relation',
  });
  expect(answers['stream refusal']).toEqual({
    code: 'FAILED_PRECONDITION',
    reason: 'UNKNOWN_TYPE',
    field: 'resource_type',
  });

  expect(answers.watch).toEqual({
    changes: [
      {
        operation: 'OPERATION_ADDED',
        tuple: { object: 'space:b', relation: 'banned', subject: 'user:bob' },
      },
    ],
    end: 'CANCELLED',
  });
  expect(answers.deleted.zookie).not.toBe('');

  expect(answers.reflected).toEqual(
    expect.arrayContaining(['Check', 'Write', 'Expand', 'LookupResources', 'LookupSubjects', 'Watch']),
  );
  expect(answers['reflected check']).toBe('ANSWER_DENIED');
});

/** All stored subjects under a node. */
function subjectsBelow(
  nodes: readonly { subjects?: string[]; children?: number[] }[],
  node: { subjects?: string[]; children?: number[] },
): string[] {
  return (node.children ?? []).flatMap((at) => {
    const child = nodes[at] ?? {};
    return [...(child.subjects ?? []), ...subjectsBelow(nodes, child)];
  });
}
