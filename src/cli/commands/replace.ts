/** `pemba replace` */
import type { Command } from 'commander';
import { PembaError } from '../../base/errors.ts';
import { addChangeOptions, type ChangeOptions, changeOf } from '../change-options.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseStoredTuple } from '../tuple-text.ts';

interface ReplaceOptions extends ChangeOptions {
  json?: boolean;
}

export function addReplaceCommand(program: Command, context: Context): void {
  const command = program
    .command('replace')
    .summary('make a relation of an object hold exactly these subjects')
    .description(
      'Makes a relation of an object hold exactly these subjects, in one revision; none if none is named.\nPrints the zookie of the revision.',
    )
    .argument('<set>', 'the object and the relation, as object#relation')
    .argument('[subject...]', 'all its subjects, as type:id [condition {…}] [expires T]')
    .option('--json', 'print the counts and the zookie as JSON');
  addChangeOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Ada and one team, and nobody else:', 'pemba replace space:ml#writer user:ada team:ml#member'],
      ['Nobody any more:', 'pemba replace space:ml#reader'],
    ]),
  );
  command.action((set: string, subjects: string[], options: ReplaceOptions) =>
    replace(context, set, subjects, options),
  );
}

async function replace(
  context: Context,
  set: string,
  subjects: string[],
  options: ReplaceOptions,
): Promise<void> {
  const [, object, relation] = /^([^#]+)#([^@]+)$/.exec(set) ?? [];
  if (object === undefined || relation === undefined) {
    throw new PembaError(
      'MALFORMED_REFERENCE',
      `\`${set}\` is no relation of an object; write \`type:id#relation\``,
    );
  }
  const request = {
    object,
    relation,
    subjects: subjects.map((text) => {
      const { subject, condition, expiresAt } = parseStoredTuple(`${set}@${text}`);
      return {
        subject,
        ...(condition === undefined ? {} : { condition }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
    }),
    ...changeOf(options),
  };
  const response = await withClient(context, options, (client) => client.replaceRelation(request));
  if (options.json === true) {
    answerJson(context, response);
    return;
  }
  answer(context, response.zookie);
  note(context, `${response.added} added, ${response.removed} removed`);
}
