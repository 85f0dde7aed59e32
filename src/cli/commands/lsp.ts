/** `pemba lsp` */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';

export function addLspCommand(program: Command, context: Context): void {
  program
    .command('lsp')
    .summary('help an editor with schema files')
    .description(
      'Speaks the Language Server Protocol on standard input and output: problems while typing, completion,\n' +
        'definitions, references, renaming, documentation and formatting. Editors start it; see editors/vscode.',
    )
    // Editors add it without being asked.
    .option('--stdio', 'talk on standard input and output, as it does anyway')
    .addHelpText('after', examples([['The command for an editor of your own to start:', 'pemba lsp']]))
    .action(() => context.parts.author.serveLanguage());
}
