/** `pemba completion` */
import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { type CommandShape, describeProgram } from '../completion/describe-program.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { completeServeCommand } from './serve.ts';

const SCRIPTS: Readonly<Record<string, (commands: readonly CommandShape[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function addCompletionCommand(program: Command, context: Context): void {
  program
    .command('completion')
    .summary('print a script that completes commands and options')
    .description(
      'Prints a script that lets a shell complete the commands, options and choices of this program.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .option('--json', 'print what there is to complete as JSON')
    .addHelpText(
      'after',
      examples([
        ['bash, in ~/.bashrc:', 'source <(pemba completion bash)'],
        ['zsh, in ~/.zshrc, after compinit:', 'source <(pemba completion zsh)'],
        ['fish, in ~/.config/fish/config.fish:', 'pemba completion fish | source'],
      ]),
    )
    .action(async (shell: string, options: { json?: boolean }) => {
      // The options of `serve` are added only when somebody wants to see them.
      for (const command of program.commands) await completeServeCommand(command, context);
      const commands = describeProgram(program);
      if (options.json === true) answerJson(context, commands);
      else context.io.stdout.write((SCRIPTS[shell] as (typeof SCRIPTS)[string])(commands));
    });
}
