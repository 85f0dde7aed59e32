/** A service that answers what a test says, and a folder for its files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { FakeService } from '../client/fake-service.ts';
import { type Run, run, type Setting } from './command-line.ts';

export interface Workbench {
  readonly service: FakeService;
  readonly folder: string;
  /** Runs a command against the service. */
  ask(argv: readonly string[], setting?: Setting): Promise<Run>;
  /** Writes a file. @returns its path */
  file(name: string, text: string): string;
}

/** For a file of tests; what one test left is gone in the next. */
export function useWorkbench(): Workbench {
  let service: FakeService | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pemba-cli-'));
  const running = (): FakeService => must(service, 'the service');

  beforeAll(async () => {
    service = await FakeService.start();
  });
  afterEach(() => {
    running().handlers = {};
    running().streams = {};
    running().asked.length = 0;
  });
  afterAll(() => {
    running().stop();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    folder,
    get service() {
      return running();
    },
    ask: (argv, setting = {}) =>
      run(argv, { ...setting, env: { PEMBA_ADDRESS: running().address, ...setting.env } }),
    file(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
  };
}
