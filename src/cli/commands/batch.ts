/** `pemba batch` */
import type { Command } from 'commander';
import { visible } from '../../base/visible.ts';
import { dependsOn, NOT_ALLOWED, paintedAnswer } from '../answers.ts';
import { type Asked, askBatches } from '../bulk/ask-batches.ts';
import { readLines } from '../bulk/read-lines.ts';
import { painter } from '../colors.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';
import { nameOf, STDIN } from '../read-input.ts';

const FAILED = 1;
/** The longest answer is `conditional`. */
const WIDTH = 11;

interface BatchOptions extends QuestionOptions {
  exitCode?: boolean;
  json?: boolean;
}

export function addBatchCommand(program: Command, context: Context): void {
  const command = program
    .command('batch')
    .summary('ask many questions at once')
    .description(
      'Asks the questions of a file, one a line, all of them at one revision.\nPrints the answers in the same order. Exits with 1 if a question could not be answered.',
    )
    .argument(
      '[file]',
      'questions as object#relation@subject; # starts a comment line; standard input if left out or -',
    )
    .option('--exit-code', 'exit with 2 unless all answers are allowed')
    .option('--json', 'print one JSON object a line: line, question, answer or error, zookie');
  addQuestionOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['The questions of a file:', 'pemba batch questions.txt'],
      [
        'Which spaces does ada write in, of those with tuples of their own?',
        "pemba read space | sed 's/#.*/#write@user:ada/' | sort -u | pemba batch",
      ],
      ['Do all expectations of a deployment hold?', 'pemba batch --exit-code must-be-allowed.txt'],
    ]),
  );
  command.action((file: string | undefined, options: BatchOptions) => batch(context, file ?? STDIN, options));
}

async function batch(context: Context, file: string, options: BatchOptions): Promise<void> {
  const counts = { asked: 0, failed: 0, notAllowed: 0 };
  await withClient(context, options, async (client) => {
    const lines = readLines(context.io, file);
    for await (const asked of askBatches(client, lines, questionOf(options))) {
      if ('error' in asked.result) counts.failed++;
      else if (asked.result.answer !== 'allowed') counts.notAllowed++;
      if (options.json === true) answerJson(context, jsonOf(asked));
      else printRow(context, file, asked, counts.asked === 0);
      counts.asked++;
    }
  });
  if (counts.asked === 0) note(context, `${nameOf(file)} has no questions`);
  if (counts.failed > 0) {
    note(context, `${counts.failed} of ${counts.asked} questions could not be answered`);
    context.exitCode = FAILED;
  } else if (options.exitCode === true && counts.notAllowed > 0) context.exitCode = NOT_ALLOWED;
}

function printRow(context: Context, file: string, { line, text, result }: Asked, isFirst: boolean): void {
  if (isFirst) answer(context, `${'ANSWER'.padEnd(WIDTH)}  QUESTION`);
  const question = visible(text);
  if (!('error' in result)) {
    const depends = dependsOn(result.missing);
    answer(context, `${paintedAnswer(context, result.answer, WIDTH)}  ${question}${depends}`);
    return;
  }
  const { stdout, stderr, env } = context.io;
  answer(context, `${painter(stdout, env)('red', 'error'.padEnd(WIDTH))}  ${question}`);
  const { message, reason } = result.error;
  note(
    context,
    `${painter(stderr, env)('red', 'error:')} ${nameOf(file)}:${line}: ${message}\n  reason: ${reason}`,
  );
}

function jsonOf({ line, text, question, result, zookie }: Asked): object {
  if ('error' in result) return { line, ...(question ?? { text }), error: result.error };
  return { line, ...question, ...result, zookie };
}
