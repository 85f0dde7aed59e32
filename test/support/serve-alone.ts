/** A server as a process of its own, with all of its settings from the environment. */
import { PembaError } from '../../src/base/errors.ts';
import { loadServeConfig } from '../../src/config/load-serve-config.ts';
import { serve } from '../../src/main.ts';

try {
  const node = await serve(loadServeConfig({}, process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void node.stop().then(() => process.exit(0)));
  }
} catch (error) {
  process.stderr.write(`${error instanceof PembaError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
