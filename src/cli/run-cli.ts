/** The command line: from arguments to an exit code. */
import { Command, CommanderError } from 'commander';
import { hasColors, painter } from './colors.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addBatchCommand } from './commands/batch.ts';
import { addBlameCommand } from './commands/blame.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addCredentialCommands } from './commands/credential.ts';
import { addDeleteCommand } from './commands/delete.ts';
import { addDeleteObjectCommand } from './commands/delete-object.ts';
import { addEraseCommand } from './commands/erase.ts';
import { addExpandCommand } from './commands/expand.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExportCommand } from './commands/export.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addImportCommand } from './commands/import.ts';
import { addLookupCommands } from './commands/lookup.ts';
import { addLspCommand } from './commands/lsp.ts';
import { addReadCommand } from './commands/read.ts';
import { addReplaceCommand } from './commands/replace.ts';
import { addSchemaCommands } from './commands/schema.ts';
import { addServeCommand, completeServeCommand } from './commands/serve.ts';
import { addStoreCommands } from './commands/store.ts';
import { addTestCommand } from './commands/test.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWriteCommand } from './commands/write.ts';
import type { Context } from './context.ts';
import { examples } from './examples.ts';
import type { Io } from './io.ts';
import type { Parts } from './parts.ts';
import { printError } from './print-error.ts';

const FAILED = 1;
/** Where nobody says how wide lines may be. */
const DEFAULT_WIDTH = 100;

/** Runs one command. @returns the code to exit with: 0, 1 after an error, 2 for a "no" that was asked for as a code */
export async function runCli(io: Io, parts: Parts): Promise<number> {
  const context: Context = { io, parts, exitCode: 0 };
  try {
    await makeProgram(context).parseAsync(withoutHelpCommand(io.argv), { from: 'user' });
    return context.exitCode;
  } catch (error) {
    // Commander has printed what it has to say.
    if (error instanceof CommanderError) return error.exitCode;
    printError(io, error);
    return FAILED;
  }
}

function makeProgram(context: Context): Command {
  const program = new Command('pemba');
  // What is set here goes over to the commands that are added after it.
  configureOutput(program, context.io);
  program
    .description('A permission service in the manner of Zanzibar, and the command line to it.')
    .version(context.parts.version, '--version', 'print the version')
    .enablePositionalOptions()
    .hook('preSubcommand', (_, command) => completeServeCommand(command, context));
  addServeCommand(program, context);
  addCheckCommand(program, context);
  addBatchCommand(program, context);
  addExplainCommand(program, context);
  addExpandCommand(program, context);
  addLookupCommands(program, context);
  addWriteCommand(program, context);
  addReplaceCommand(program, context);
  addDeleteCommand(program, context);
  addDeleteObjectCommand(program, context);
  addReadCommand(program, context);
  addWatchCommand(program, context);
  addImportCommand(program, context);
  addExportCommand(program, context);
  addAuditCommand(program, context);
  addBlameCommand(program, context);
  addSchemaCommands(program, context);
  addTestCommand(program, context);
  addGenerateCommand(program, context);
  addLspCommand(program, context);
  addCredentialCommands(program, context);
  addStoreCommands(program, context);
  addEraseCommand(program, context);
  addCompletionCommand(program, context);
  return program.addHelpText(
    'after',
    examples([
      ['Start a service with an example organization in it:', 'pemba serve --open --example'],
      ['Ask it:', 'pemba check space:curation#write@user:ada'],
      ['Ask it why:', 'pemba explain space:curation#write@user:ada'],
      [
        'Who else, and where else?',
        'pemba lookup subjects space:curation#write@user\npemba lookup resources space#write@user:ada',
      ],
      ['Look at what it knows:', 'pemba schema read\npemba read space:curation'],
    ]),
  );
}

function configureOutput(program: Command, { stdout, stderr, env }: Io): void {
  program
    .exitOverride()
    .showHelpAfterError('(add --help to see how it is used)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, painter(stderr, env)('red', 'error:'))),
      getOutHelpWidth: () => stdout.columns ?? DEFAULT_WIDTH,
      getErrHelpWidth: () => stderr.columns ?? DEFAULT_WIDTH,
      getOutHasColors: () => hasColors(stdout, env),
      getErrHasColors: () => hasColors(stderr, env),
    });
}

/** `help serve` to `serve --help`: commander's own way would not wait for the options of `serve`. */
function withoutHelpCommand(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  return first === 'help' && rest.length > 0 ? [...rest, '--help'] : [...argv];
}
