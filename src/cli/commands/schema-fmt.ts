/** `pemba schema fmt` */
import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { PembaError } from '../../base/errors.ts';
import { answer, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { printDiagnostics, summarize } from '../print-diagnostics.ts';
import { nameOf, readInput, STDIN } from '../read-input.ts';

interface FmtOptions {
  check?: boolean;
  write?: boolean;
}

export function addSchemaFmtCommand(schema: Command, context: Context): void {
  schema
    .command('fmt')
    .summary('format schema files')
    .description(
      'Formats schema files: one way to write a schema. Only white space changes; comments stay where they are.\n' +
        'Prints the formatted text unless --write or --check is given. What a file imports is not touched.\n' +
        'A file with syntax errors is left as it is. Exits with 1 then, and where --check finds something.',
    )
    .argument('[files...]', 'the schema files; - or none for standard input')
    .addOption(new Option('--write', 'write the files that change').conflicts('check'))
    .addOption(
      new Option('--check', 'change nothing, and name the files that would change').conflicts('write'),
    )
    .addHelpText(
      'after',
      examples([
        ['Format all of them:', 'pemba schema fmt --write schema/*.pemba'],
        ['Are they formatted? For CI:', 'pemba schema fmt --check schema/*.pemba'],
        ['From an editor:', 'pemba schema fmt < lamin.pemba'],
      ]),
    )
    .action((files: string[], options: FmtOptions) => formatFiles(context, files, options));
}

async function formatFiles(context: Context, files: string[], options: FmtOptions): Promise<void> {
  const isPrinted = options.write !== true && options.check !== true;
  if (isPrinted && files.length > 1) {
    throw new PembaError(
      'MALFORMED_REQUEST',
      `${files.length} files cannot be printed at once; give one file, or --write or --check`,
    );
  }
  for (const file of files.length === 0 ? [STDIN] : files) await formatFile(context, file, options);
}

async function formatFile(context: Context, file: string, { check, write }: FmtOptions): Promise<void> {
  const { io, parts } = context;
  const text = await readInput(io, file);
  const formatted = await parts.author.format({ path: nameOf(file), text });
  if (formatted.text === undefined) {
    context.exitCode = 1;
    printDiagnostics(io.stderr, io.env, text, formatted.diagnostics);
    note(context, `${nameOf(file)}: ${summarize(formatted.diagnostics)}; it is left as it is`);
  } else if (check === true) {
    if (formatted.text === text) return;
    context.exitCode = 1;
    answer(context, nameOf(file));
  } else if (write === true && file !== STDIN) {
    if (formatted.text === text) return;
    await replace(file, formatted.text);
    answer(context, file);
  } else {
    io.stdout.write(formatted.text);
  }
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new PembaError('FILE_UNREADABLE', `cannot write \`${path}\`: ${(cause as Error).message}`, {
      cause,
    });
  }
}
