/** The real service on an embedded Postgres, filled with the world of the benchmarks, with credentials on. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/client/client.ts';
import { loadServeConfig } from '../../src/config/load-serve-config.ts';
import { serve } from '../../src/main.ts';
import { formatObject, formatSubject } from '../../src/model/reference.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { BENCH_SCHEMA, makeWorld } from '../world.ts';
import { report } from './reporting.ts';

const TOKEN = 'only-for-the-benchmark-0123456789abcdef';

const directory = await mkdtemp(join(tmpdir(), 'pemba-bench-'));
await chmod(directory, 0o755);
const config = loadServeConfig(
  { data: join(directory, 'data'), listen: '127.0.0.1:0', metricsListen: '127.0.0.1:0', logLevel: 'warn' },
  { PEMBA_BOOTSTRAP_TOKEN: TOKEN },
);
const node = await serve(config);
const client = connect({ address: `127.0.0.1:${node.port}`, token: TOKEN });
await client.writeSchema({ text: BENCH_SCHEMA });
const { tuples } = makeWorld();
for (let at = 0; at < tuples.length; at += 1000) {
  const updates = tuples.slice(at, at + 1000).map((text) => {
    const { object, relation, subject } = parseTuple(text);
    const tuple = { object: formatObject(object), relation, subject: formatSubject(subject) };
    return { operation: 'touch' as const, tuple };
  });
  await client.write({ updates });
}
client.close();
report(node.port, { token: TOKEN }, async () => {
  await node.stop();
  await rm(directory, { recursive: true, force: true });
});
