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
import { printDiagnostics, summarize } from '../print-diagnostics.ts';
import { addRecordOptions, type RecordOptions, recordedOf } from '../record-options.ts';
import type { SchemaDiagnostic } from '../schema-diagnostic.ts';
import { SchemaFiles } from '../schema-files.ts';

interface SchemaWriteOptions extends ConnectionOptions, RecordOptions {
  store?: string;
  dryRun?: boolean;
  expectedVersion?: number;
  json?: boolean;
}

export function addSchemaWriteCommand(schema: Command, context: Context): void {
  const command = schema
    .command('write')
    .summary('put a schema in force')
    .description(
      'Replaces the schema of a store by a file and what it imports. One that the stored tuples do not fit is refused.',
    )
    .argument('<file>', 'the schema file, or - for standard input')
    .option('--dry-run', 'compile it and compare it with the stored tuples, but change nothing')
    .option('--expected-version <version>', 'fail unless this version is in force; 0 for none', parseVersion)
    .option('--json', 'print version, zookie and warnings as JSON');
  addStoreOption(addConnectionOptions(addRecordOptions(command)));
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
  const { store, expectedVersion } = options;
  const source = await SchemaFiles.read(context.io, file);
  const found = await check(context, source);
  if (found === undefined) return;
  const response = await withClient(context, options, (client) =>
    client.writeSchema({
      text: source.bundle(),
      dryRun: options.dryRun === true,
      ...(store === undefined ? {} : { store }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...recordedOf(options),
    }),
  );
  if (options.json === true) {
    answerJson(context, response);
    return;
  }
  // The service's warnings name no file; of several files those found here say where they are.
  const warnings = source.hasImports
    ? found
    : response.warnings.map((warning) => toDiagnostic(warning, source.path));
  printDiagnostics(context.io.stderr, context.io.env, (name) => source.textOf(name), warnings);
  answer(context, options.dryRun === true ? 'would be accepted' : describe(response));
}

/**
 * Mistakes are shown with their lines here: the service knows neither the files nor the terminal.
 * @returns the warnings; undefined if there are errors
 */
async function check(context: Context, source: SchemaFiles): Promise<SchemaDiagnostic[] | undefined> {
  const { io, parts } = context;
  const { path, text } = source;
  const diagnostics = await parts.checkSchema({ path, text }, source.readImport);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return diagnostics;
  printDiagnostics(io.stderr, io.env, (name) => source.textOf(name), errors);
  note(context, `${path}: ${summarize(errors)}; nothing was written`);
  context.exitCode = 1;
  return undefined;
}

function describe({ version, zookie }: WriteSchemaResponse): string {
  return `version ${version}\nzookie ${zookie}`;
}

/** Warnings travel without the end of their text. */
function toDiagnostic({ line, column, ...rest }: SchemaWarning, file: string): SchemaDiagnostic {
  return { ...rest, severity: 'warning', file, line, column, endLine: line, endColumn: column + 1 };
}
