/** `pemba schema check` */
import type { Command } from 'commander';
import { answer, answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { printDiagnostics, summarize } from '../print-diagnostics.ts';
import { SchemaFiles } from '../schema-files.ts';

export function addSchemaCheckCommand(schema: Command, context: Context): void {
  schema
    .command('check')
    .summary('look for mistakes in a schema file')
    .description(
      'Compiles a schema file, with what it imports, here, without a service, and prints what is wrong with it.\nExits with 1 if there are errors.',
    )
    .argument('<file>', 'the schema file, or - for standard input')
    .option('--json', 'print a list of diagnostics as JSON')
    .addHelpText('after', examples([['Before writing it:', 'pemba schema check schema/lamin.pemba']]))
    .action((file: string, options: { json?: boolean }) => checkFile(context, file, options.json === true));
}

async function checkFile(context: Context, file: string, asJson: boolean): Promise<void> {
  const { io, parts } = context;
  const source = await SchemaFiles.read(io, file);
  const diagnostics = await parts.checkSchema({ path: source.path, text: source.text }, source.readImport);
  if (diagnostics.some(({ severity }) => severity === 'error')) context.exitCode = 1;
  if (asJson) {
    answerJson(context, diagnostics);
    return;
  }
  printDiagnostics(io.stdout, io.env, (name) => source.textOf(name), diagnostics);
  answer(context, `${source.path}: ${summarize(diagnostics)}`);
}
