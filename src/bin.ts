#!/usr/bin/env node
/** The command `pemba`: joins the command line with the service and the compiler, each loaded when it is needed. */
import { readFileSync } from 'node:fs';
import { PembaError } from './base/errors.ts';
import { greeting } from './cli/greeting.ts';
import { onceToldToStop } from './cli/once-told-to-stop.ts';
import type { Parts } from './cli/parts.ts';
import { runCli } from './cli/run-cli.ts';
import type { Flags } from './config/read-settings.ts';

const parts: Parts = {
  version: readVersion(),
  serve: {
    async describe() {
      const { describeSettings } = await import('./config/describe-settings.ts');
      const { SERVE_SETTINGS } = await import('./config/serve-settings.ts');
      return describeSettings(SERVE_SETTINGS);
    },
    async run(flags) {
      try {
        await serveUntilTold(flags);
        return 0;
      } catch (error) {
        const { logFormatOf } = await import('./config/load-serve-config.ts');
        if (logFormatOf(flags, process.env) === 'text') throw error;
        await logFatal(error);
        return 1;
      }
    },
  },
  async checkSchema(file, readImport) {
    const { compileSchema } = await import('./schema/compile-schema.ts');
    return (await compileSchema(file, readImport)).diagnostics;
  },
  generate: {
    async declare(file) {
      const { compileSchema } = await import('./schema/compile-schema.ts');
      const { declarationsOf } = await import('./schema/typescript/declarations.ts');
      const { schema, diagnostics } = await compileSchema(file);
      return { types: schema && declarationsOf(schema), diagnostics };
    },
    async typescript(types, options) {
      const { writeTypescript } = await import('./schema/typescript/write-typescript.ts');
      return writeTypescript(types, options);
    },
  },
  author: {
    async format(file) {
      const { formatSchema } = await import('./schema/format/format-schema.ts');
      return formatSchema(file);
    },
    async draw(file, readImport) {
      const { compileSchema } = await import('./schema/compile-schema.ts');
      const { drawSchema } = await import('./schema/graph/draw-schema.ts');
      const { tellSchema } = await import('./schema/graph/tell-schema.ts');
      const { schema, diagnostics } = await compileSchema(file, readImport);
      if (schema === undefined) return { drawing: undefined, diagnostics };
      return { drawing: { picture: drawSchema(schema), tree: tellSchema(schema, file.path) }, diagnostics };
    },
    async serveLanguage() {
      const { serveLanguage } = await import('./lsp/serve-language.ts');
      await serveLanguage({ input: process.stdin, output: process.stdout, version: readVersion() });
    },
    async test(file, read) {
      const { runTestFile } = await import('./schema-test/run-test-file.ts');
      return runTestFile(file, read);
    },
  },
};

async function serveUntilTold(flags: Flags): Promise<void> {
  const { loadServeConfig } = await import('./config/load-serve-config.ts');
  const config = loadServeConfig(flags, process.env);
  const stopSignal = onceToldToStop(process);
  const [{ serve }, { makeLog }] = await Promise.all([import('./main.ts'), import('./config/logger.ts')]);
  const log = makeLog({ level: config.logLevel, format: config.logFormat });
  const node = await serve(config, log);
  const { host } = config.listen;
  if (config.logFormat === 'text') process.stdout.write(greeting({ ...config, ...node, host }));
  else log.info('listening', { host, port: node.port, ...(node.example && { model: node.example }) });
  const why = await Promise.race([stopSignal, node.lost]);
  if (why instanceof PembaError) log.error('stopping', { reason: why.reason });
  else log.info('stopping', { signal: why });
  await node.stop();
  if (why instanceof PembaError) throw why;
  log.info('stopped');
}

/** The last words of a service whose log is read by machines. */
async function logFatal(thrown: unknown): Promise<void> {
  const { makeLog } = await import('./config/logger.ts');
  const { message, reason, field, cause } =
    thrown instanceof PembaError ? thrown : new PembaError('INTERNAL', String(thrown), { cause: thrown });
  makeLog({ level: 'error', format: 'json' }).error(message, {
    reason,
    ...(field === undefined ? {} : { field }),
    // A defect of ours: where it arose is all that helps.
    ...(reason === 'INTERNAL' && cause !== undefined ? { error: cause } : {}),
  });
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// What Node finds old-fashioned in a dependency is nothing the user of a command can act on.
process.noDeprecation = true;

// `pemba read | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`error: cannot write standard output: ${error.message}\n`);
  process.exit(1);
});

function interruption(): AbortSignal {
  const controller = new AbortController();
  void onceToldToStop(process).then(() => controller.abort());
  return controller.signal;
}

const { stdin, stdout, stderr, env } = process;
const io = { argv: process.argv.slice(2), env, stdin, stdout, stderr, interruption };
process.exitCode = await runCli(io, parts);
