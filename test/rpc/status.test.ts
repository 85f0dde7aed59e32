import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { permissionMethods } from '../../src/rpc/permission-handlers.ts';
import { shortened, toServiceError } from '../../src/rpc/status.ts';
import type { CallContext } from '../../src/rpc/unary.ts';
import type { BatchCheckRequest } from '../../src/rpc/wire.ts';
import type { CheckService } from '../../src/service/check-service.ts';
import type { ReadService } from '../../src/service/read-service.ts';
import type { WriteService } from '../../src/service/write-service.ts';

const detailsOf = (message: string): string =>
  toServiceError(new PembaError('MALFORMED_REQUEST', message)).details ?? '';

it.each(['a', 'é', '€', '😀', 'ab😀', '\ud800'])(
  'shortens a message of many %j quickly, to what a header takes',
  (text) => {
    const started = performance.now();
    const details = detailsOf(text.repeat(4_000_000));
    expect(performance.now() - started).toBeLessThan(400);
    expect(details).toMatch(/… \(shortened\)$/);
    expect(encodeURIComponent(details).length).toBeGreaterThan(4_000);
    expect(encodeURIComponent(details).length).toBeLessThan(6_100);
  },
);

it('leaves a message of 6000 characters as it is', () => {
  expect(detailsOf('a'.repeat(6_000))).toBe('a'.repeat(6_000));
});

it('cuts no character in two', () => {
  expect(shortened('a😀b', 2)).toBe('a… (shortened)');
  expect(shortened('a😀b', 4)).toBe('a😀b');
  expect(shortened('a\ud83d', 4)).toBe('a\ufffd');
});

async function resultsOf(items: BatchCheckRequest['items'], answers: PembaError[]): Promise<object> {
  const checks = { batchCheck: () => ({ answers, zookie: 'z' }) } as unknown as CheckService;
  const { BatchCheck } = permissionMethods(checks, {} as WriteService, {} as ReadService);
  const request = { store: '', items, consistency: null, contextualTuples: [], context: null };
  return BatchCheck.handle(request, {} as CallContext);
}

it('has a field for each that fits into a header, whatever keys the caller made up', () => {
  const fieldOf = (field: string): string | undefined =>
    toServiceError(new PembaError('MALFORMED_CONTEXT', 'm', { field }))
      .metadata?.get('pemba-field')[0]
      ?.toString();
  expect(fieldOf('updates[0].tuple')).toBe('updates[0].tuple');
  for (const key of ['naïve', '学', '😀', 'a\n\u0000\u007f', '100%', '%C3%AF', ' ']) {
    const header = fieldOf(`context.${key}`) ?? '';
    expect(header).toMatch(/^[ -~]+$/);
    expect(decodeURIComponent(header)).toBe(`context.${key}`);
  }
  expect(decodeURIComponent(fieldOf('context.\ud800') ?? '')).toBe('context.\ufffd');
  for (const key of ['x'.repeat(100_000), '😀'.repeat(100_000)]) {
    const header = fieldOf(`context.${key}`) ?? '';
    expect(header.length).toBeLessThan(8_000);
    expect(decodeURIComponent(header)).toMatch(/^context\..*… \(shortened\)$/u);
  }
});

it('shortens what is wrong with one question of a batch', async () => {
  const error = new PembaError('UNKNOWN_TYPE', 'x'.repeat(1_000_000), { field: 'items[0].object' });
  const results = await resultsOf([{ object: 'a', relation: 'b', subject: 'c' }], [error]);
  expect(results).toMatchObject({
    results: [{ error: { reason: 'UNKNOWN_TYPE', message: `${'x'.repeat(2_000)}… (shortened)` } }],
  });
});

it('says what is missing in one question of a batch', async () => {
  const malformed = new PembaError('MALFORMED_REFERENCE', 'm', { field: 'items[0].subject' });
  const good = { object: 'a:b', relation: 'r', subject: 'a' };
  expect(await resultsOf([{ ...good, subject: '' }, good], [malformed, malformed])).toMatchObject({
    results: [
      {
        error: {
          code: status.INVALID_ARGUMENT,
          reason: 'MISSING_FIELD',
          field: 'items[0].subject',
          message: 'items[0].subject is missing; send `type:id`, `type:id#relation` or `type:*`',
        },
      },
      { error: { reason: 'MALFORMED_REFERENCE', message: 'm' } },
    ],
  });
});
