/** What the log writes, seen from outside: a process of its own that logs a few lines to its stderr. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { LogFormat, LogLevel } from '../../src/config/serve-config.ts';

const LOGGER = new URL('../../src/config/logger.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The lines that `code` logs; it has a `log`. The process ends hard after it, as one does that crashes. */
function logged(format: LogFormat, level: LogLevel, code: string): string[] {
  const program = `
    import { makeLog } from '${LOGGER}';
    const log = makeLog({ level: '${level}', format: '${format}' });
    ${code}
    process.exit(0);
  `;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect({ stdout, status }, stderr).toEqual({ stdout: '', status: 0 });
  expect(stderr.endsWith('\n') || stderr === '').toBe(true);
  return stderr.split('\n').slice(0, -1);
}

const FOUR = `for (const level of ['debug', 'info', 'warn', 'error']) log[level]('a ' + level);`;
const FAILURE = `
  const cause = new TypeError('the disk is full');
  const error = new Error('cannot write', { cause });
`;

it('writes one JSON object a line, with time, level as text, message and fields', () => {
  const began = Date.now();
  const lines = logged(
    'json',
    'debug',
    `log.info('listening', { host: '::1', port: 50051, nested: { a: [1] }, text: 'two\\nlines "quoted"' }); ${FOUR}`,
  );
  const [first, ...others] = lines.map((line) => JSON.parse(line));
  const { time, ...rest } = first;
  expect(rest).toEqual({
    level: 'info',
    msg: 'listening',
    host: '::1',
    port: 50051,
    nested: { a: [1] },
    text: 'two\nlines "quoted"',
  });
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(time)).toBeGreaterThanOrEqual(began);
  expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  expect(others.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
    'debug: a debug',
    'info: a info',
    'warn: a warn',
    'error: a error',
  ]);
});

it('writes an error as JSON with its message, its stack and its causes', () => {
  const [line] = logged('json', 'info', `${FAILURE} log.error('a call failed', { method: 'Check', error });`);
  const { msg, method, error } = JSON.parse(line);
  expect({ msg, method }).toEqual({ msg: 'a call failed', method: 'Check' });
  expect(error).toMatchObject({ type: 'Error', message: 'cannot write' });
  expect(error.stack).toMatch(/^Error: cannot write\n\s+at /);
  expect(error.cause).toMatchObject({ type: 'TypeError', message: 'the disk is full' });
  expect(error.cause.stack).toMatch(/^TypeError: the disk is full\n\s+at /);
});

it('writes short lines for a terminal', () => {
  const lines = logged(
    'text',
    'debug',
    `log.info('listening', { host: '::1', port: 50051, nested: { a: [1] } }); log.warn('a word of warning');`,
  );
  expect(lines.map((line) => line.slice(8))).toEqual([
    ' info  listening host="::1" port=50051 nested={"a":[1]}',
    ' warn  a word of warning',
  ]);
  for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d /);
});

it('tells a terminal where an error is from only if it is a defect, and why always', () => {
  const [warning, ...more] = logged('text', 'info', `${FAILURE} log.warn('trying again', { error });`);
  expect(warning.slice(8)).toBe(' warn  trying again error=cannot write <- the disk is full');
  expect(more).toEqual([]);
  const [defect, ...stack] = logged('text', 'info', `${FAILURE} log.error('a call failed', { error });`);
  expect(defect.slice(8)).toBe(' error a call failed error=Error: cannot write');
  expect(stack.filter((line) => /^\s+at /.test(line)).length).toBeGreaterThan(1);
  expect(stack.some((line) => line.includes('<- TypeError: the disk is full'))).toBe(true);
});

it.each(['json', 'text'] as const)('leaves out, as %s, what is below its level', (format) => {
  const levels: LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const lines = logged(
    format,
    'info',
    `for (const least of ${JSON.stringify(levels)}) {
      const log = makeLog({ level: least, format: '${format}' });
      for (const level of ${JSON.stringify(levels)}) log[level](level + ' at ' + least);
    }`,
  );
  const seen = lines.map((line) => /\w+ at \w+/.exec(line)?.[0]);
  expect(seen).toEqual(levels.flatMap((least, i) => levels.slice(i).map((level) => `${level} at ${least}`)));
});
