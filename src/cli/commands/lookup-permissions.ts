/** `pemba lookup permissions` */
import type { Command } from 'commander';
import { dependsOn } from '../answers.ts';
import { withClient } from '../connection-options.ts';
import { answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseObjectAndSubject } from '../parse-reference.ts';
import { printTable } from '../print-table.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';

type Question = ReturnType<typeof parseObjectAndSubject>;
type PermissionsOptions = QuestionOptions & { json?: boolean };

export function addLookupPermissionsCommand(lookup: Command, context: Context): void {
  const command = lookup
    .command('permissions')
    .summary('list what a subject has on an object')
    .description(
      'Lists the relations and permissions that a subject has on an object, in the order of the schema.',
    )
    .argument(
      '<question>',
      'as object@subject, or object#@subject if their ids hold an @',
      parseObjectAndSubject,
    )
    .option('--json', 'print permissions and zookie as JSON');
  addQuestionOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['What may ada do in the space "curation"?', 'pemba lookup permissions space:curation@user:ada'],
      ['For ids with an @:', "pemba lookup permissions 'space:curation#@user:ada@example.com'"],
    ]),
  );
  command.action((question: Question, options: PermissionsOptions) => list(context, question, options));
}

async function list(context: Context, question: Question, options: PermissionsOptions): Promise<void> {
  const response = await withClient(context, options, (client) =>
    client.listPermissions({ ...question, ...questionOf(options) }),
  );
  if (options.json === true) {
    answerJson(context, response);
    return;
  }
  const { object, subject } = question;
  if (response.permissions.length === 0) note(context, `${subject} has nothing on ${object}`);
  else {
    const rows = response.permissions.map(({ name, isPermission, answer, missing }) => [
      name,
      isPermission ? 'permission' : 'relation',
      `${answer}${dependsOn(missing)}`,
    ]);
    await printTable(context, ['NAME', 'KIND', 'ANSWER'], rows);
  }
}
