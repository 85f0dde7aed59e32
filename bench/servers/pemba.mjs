/**
 * The real service as built, on an embedded Postgres, with credentials on. Not the sources through tsx: what
 * that adds to each function costs several microseconds a call.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServeConfig } from '../../dist/config/load-serve-config.js';
import { serve } from '../../dist/main.js';
import { report } from './reporting.mjs';

const TOKEN = 'only-for-the-benchmark-0123456789abcdef';

const directory = await mkdtemp(join(tmpdir(), 'pemba-bench-'));
await chmod(directory, 0o755);
const config = loadServeConfig(
  { data: join(directory, 'data'), listen: '127.0.0.1:0', metricsListen: '127.0.0.1:0', logLevel: 'warn' },
  { PEMBA_BOOTSTRAP_TOKEN: TOKEN },
);
const node = await serve(config);
report(node.port, { token: TOKEN }, async () => {
  await node.stop();
  await rm(directory, { recursive: true, force: true });
});
