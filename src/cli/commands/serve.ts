/** `pemba serve` */
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';

const NAME = 'serve';

/** The command without its options, which {@link completeServeCommand} adds when it is called. */
export function addServeCommand(program: Command, context: Context): void {
  program
    .command(NAME)
    .summary('run the service')
    .description('Runs the service until it is told to stop.')
    .action(async (flags: Record<string, string | boolean>) => {
      context.exitCode = await context.parts.serve.run(flags);
    });
}

/** Adds the options, which come from the table of settings: that takes an import no other command should wait for. */
export async function completeServeCommand(command: Command, context: Context): Promise<void> {
  if (command.name() !== NAME) return;
  const { flags, variables } = await context.parts.serve.describe();
  for (const { flags: names, description, group } of flags) {
    command.addOption(new Option(names, description).helpGroup(group));
  }
  const width = Math.max(0, ...variables.map(({ name }) => name.length));
  const lines = variables.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`);
  if (lines.length > 0) command.addHelpText('after', `\nFrom the environment only:\n${lines.join('\n')}`);
  command.addHelpText(
    'after',
    examples([
      ['Try it out, with nothing to install and the example organization:', 'pemba serve --open --example'],
      ['The same with another of the access models:', 'pemba serve --open --model ptolemy'],
      [
        'With a database, for other machines:',
        'PEMBA_DATABASE=postgres://… PEMBA_BOOTSTRAP_TOKEN=… \\\n  pemba serve --listen 0.0.0.0:50051 --tls-cert server.pem --tls-key server.key',
      ],
    ]),
  );
}
