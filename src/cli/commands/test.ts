/** `pemba test` */
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { PembaError } from '../../base/errors.ts';
import { answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { nameOf, readInput } from '../read-input.ts';
import { isPassed, printReport } from '../testing/print-report.ts';

export function addTestCommand(program: Command, context: Context): void {
  program
    .command('test')
    .summary('run the tests of a schema')
    .description(
      'Runs test files (NAME.test.yaml): tuples, what is allowed and denied with them, and which writes are\n' +
        'accepted. Without a service and a database. Exits with 1 if anything is not as expected.',
    )
    .argument('<files...>', 'the test files; each names its schema')
    .option('--json', 'print a list of reports as JSON')
    .addHelpText(
      'after',
      examples([
        ['All tests of a folder:', 'pemba test schema/*.test.yaml'],
        [
          'A test file to begin with:',
          "cat > lamin.test.yaml <<'END'\nschema: schema/lamin.pemba\ntuples: |\n  organization:acme#admin@user:ada\nallowed:\n  - organization:acme#manage_teams@user:ada\nEND\npemba test lamin.test.yaml",
        ],
      ]),
    )
    .action((files: string[], options: { json?: boolean }) =>
      testFiles(context, files, options.json === true),
    );
}

async function testFiles(context: Context, files: string[], asJson: boolean): Promise<void> {
  const { io, parts } = context;
  const reports: object[] = [];
  for (const file of files) {
    const text = await readInput(io, file);
    const report = await parts.author.test({ path: nameOf(file), text }, (path) =>
      readIfThere(context, join(dirname(file), path)),
    );
    if (!isPassed(report)) context.exitCode = 1;
    const { texts: _, ...rest } = report;
    if (asJson) reports.push({ file: nameOf(file), passed: isPassed(report), ...rest });
    else printReport(context, nameOf(file), report);
  }
  if (asJson) answerJson(context, reports);
}

async function readIfThere({ io }: Context, path: string): Promise<string | undefined> {
  try {
    return await readInput(io, path);
  } catch (error) {
    const { code } = ((error as PembaError).cause ?? {}) as NodeJS.ErrnoException;
    if (error instanceof PembaError && code === 'ENOENT') return undefined;
    throw error;
  }
}
