/** `pemba check` */
import type { Command } from 'commander';
import type { TupleText } from '../../client/requests.ts';
import { dependsOn, NOT_ALLOWED, paintedAnswer } from '../answers.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';
import { parseTupleText } from '../tuple-text.ts';

interface CheckOptions extends QuestionOptions {
  exitCode?: boolean;
  json?: boolean;
}

export function addCheckCommand(program: Command, context: Context): void {
  const command = program
    .command('check')
    .summary('ask whether a subject may do something')
    .description(
      'Asks whether a subject has a relation or permission on an object.\nPrints allowed, denied or conditional.',
    )
    .argument('<tuple>', 'the question, as object#relation@subject', parseTupleText)
    .option('--exit-code', 'exit with 2 unless the answer is allowed')
    .option('--json', 'print answer and zookie as JSON');
  addQuestionOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['May ada write in the space "curation"?', 'pemba check space:curation#write@user:ada'],
      [
        'Would she, if she were in the ML Team?',
        'pemba check space:ml#read@user:ada --with team:ml#member@user:ada',
      ],
      ['In a script:', 'if pemba check --exit-code space:ml#read@user:ada; then echo yes; fi'],
    ]),
  );
  command.action((tuple: TupleText, options: CheckOptions) => check(context, tuple, options));
}

async function check(context: Context, tuple: TupleText, options: CheckOptions): Promise<void> {
  const response = await withClient(context, options, (client) =>
    client.check({ ...tuple, ...questionOf(options) }),
  );
  // Conditional is not a yes: a script that asks for exit codes must not take it for one.
  if (options.exitCode === true && response.answer !== 'allowed') context.exitCode = NOT_ALLOWED;
  if (options.json === true) answerJson(context, response);
  else answer(context, `${paintedAnswer(context, response.answer)}${dependsOn(response.missing)}`);
}
