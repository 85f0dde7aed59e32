import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onceToldToStop } from '../../src/cli/once-told-to-stop.ts';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('a signal to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)('may be %s', async (signal) => {
    const target = new FakeProcess();
    const told = onceToldToStop(target);
    target.emit(signal);
    expect(await told).toBe(signal);
    expect(target.exits).toEqual([]);
  });

  it('that comes again ends the process at once', () => {
    const target = new FakeProcess();
    void onceToldToStop(target);
    target.emit('SIGTERM');
    target.emit('SIGINT');
    expect(target.exits).toEqual([130]);
  });
});
