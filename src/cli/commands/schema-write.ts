/** `pemba schema write` */
import type { Command } from 'commander';
import type { SchemaWarning, WriteSchemaResponse } from '../../client/requests.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseVersion } from '../parse-option.ts';
import type { SchemaDiagnostic } from '../parts.ts';
import { printDiagnostics, summarize } from '../print-diagnostics.ts';
import { nameOf, readInput } from '../read-input.ts';

interface SchemaWriteOptions extends ConnectionOptions {
  store?: string;
  dryRun?: boolean;
  expectedVersion?: number;
  actor?: string;
  json?: boolean;
}

export function addSchemaWriteCommand(schema: Command, context: Context): void {
  const command = schema
    .command('write')
    .summary('put a schema in force')
    .description('Replaces the schema of a store. One that the stored tuples do not fit is refused.')
    .argument('<file>', 'the schema file, or - for standard input')
    .option('--dry-run', 'compile it and compare it with the stored tuples, but change nothing')
    .option('--expected-version <version>', 'fail unless this version is in force; 0 for none', parseVersion)
    .option('--actor <object>', 'on whose behalf, as type:id; recorded with the change')
    .option('--json', 'print version, zookie and warnings as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['Would it be accepted?', 'pemba schema write --dry-run schema/lamin.pemba'],
      ['Unless somebody was faster:', 'pemba schema write --expected-version 3 schema/lamin.pemba'],
    ]),
  );
  command.action((file: string, options: SchemaWriteOptions) => writeFile(context, file, options));
}

async function writeFile(context: Context, file: string, options: SchemaWriteOptions): Promise<void> {
  const { store, expectedVersion, actor } = options;
  const text = await readInput(context.io, file);
  if (!(await compiles(context, nameOf(file), text))) return;
  const response = await withClient(context, options, (client) =>
    client.writeSchema({
      text,
      dryRun: options.dryRun === true,
      ...(store === undefined ? {} : { store }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(actor === undefined ? {} : { actor }),
    }),
  );
  if (options.json === true) {
    answerJson(context, response);
    return;
  }
  const diagnostics = response.warnings.map((warning) => toDiagnostic(warning, nameOf(file)));
  printDiagnostics(context.io.stderr, context.io.env, text, diagnostics);
  answer(context, options.dryRun === true ? 'would be accepted' : describe(response));
}

/** Mistakes are shown with their lines here: the service knows neither the file nor the terminal. */
async function compiles(context: Context, path: string, text: string): Promise<boolean> {
  const { io, parts } = context;
  const diagnostics = await parts.checkSchema({ path, text });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return true;
  printDiagnostics(io.stderr, io.env, text, errors);
  note(context, `${path}: ${summarize(errors)}; nothing was written`);
  context.exitCode = 1;
  return false;
}

function describe({ version, zookie }: WriteSchemaResponse): string {
  return `version ${version}\nzookie ${zookie}`;
}

/** Warnings travel without the end of their text. */
function toDiagnostic({ line, column, ...rest }: SchemaWarning, file: string): SchemaDiagnostic {
  return { ...rest, severity: 'warning', file, line, column, endLine: line, endColumn: column + 1 };
}
