/** `pemba explain` */
import type { Command } from 'commander';
import type { ExplainMiss, ExplainResponse } from '../../client/explore-requests.ts';
import type { TupleText } from '../../client/requests.ts';
import { dependsOn, paintedAnswer } from '../answers.ts';
import { painter } from '../colors.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { addFormOptions, type PictureOptions, printPicture } from '../drawing/print-picture.ts';
import { strokesFor } from '../drawing/strokes.ts';
import { treeLines } from '../drawing/tree.ts';
import { examples } from '../examples.ts';
import { explainPicture } from '../exploring/explain-picture.ts';
import { explainTree } from '../exploring/explain-tree.ts';
import { storedLines } from '../exploring/stored-lines.ts';
import { writeCommandOf } from '../exploring/write-command.ts';
import { parseCount } from '../parse-option.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';
import { formatTupleText, parseTupleText } from '../tuple-text.ts';

interface ExplainOptions extends QuestionOptions, PictureOptions {
  maxMisses?: number;
}

export function addExplainCommand(program: Command, context: Context): void {
  const command = program
    .command('explain')
    .summary('show why a check is answered as it is')
    .description(
      'Shows why: if it is allowed, a shortest derivation with the tuples and the places in the schema;\nif it is denied, the fewest changes that would allow it, as commands to be pasted.',
    )
    .argument('<tuple>', 'the question, as object#relation@subject', parseTupleText)
    .option('--max-misses <count>', 'how many ways out of a denial to show (default: 3)', parseCount);
  addFormOptions(command, 'print answer, reasons, misses and zookie as JSON');
  addQuestionOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Why may ada write in the space "curation"?', 'pemba explain space:curation#write@user:ada'],
      ['What is missing for dorothy to read in "ml"?', 'pemba explain space:ml#read@user:dorothy'],
      ['A picture, by Graphviz:', 'pemba explain space:curation#write@user:ada --dot | dot -Tpng > why.png'],
    ]),
  );
  command.action((tuple: TupleText, options: ExplainOptions) => explain(context, tuple, options));
}

async function explain(context: Context, tuple: TupleText, options: ExplainOptions): Promise<void> {
  const { maxMisses, store } = options;
  const response = await withClient(context, options, (client) =>
    client.explain({ ...tuple, ...(maxMisses === undefined ? {} : { maxMisses }), ...questionOf(options) }),
  );
  if (options.json === true) answerJson(context, response);
  else if (!(await printPicture(context, options, () => explainPicture(response))))
    printExplanation(context, response, store);
}

const NOTHING_FOUND = `
No tuples were found that would allow it. Looked at were those of the subject itself or of everybody of its type, those that
name the object, the subject's object or what is stored at the object, and the removal of stored ones;
where a condition is demanded, only what the context of the question lets hold.`;
const NOT_LOOKED_AT = `
Not looked at: multiplicities, and invariants other than \`require one of\`, for which such a write may be refused.`;
const PARTIAL = `
The search for ways to allow it reached the limit explainSteps: there may be more, and smaller ones.`;

function printExplanation(context: Context, response: ExplainResponse, store: string | undefined): void {
  const { reasons, misses, missesArePartial } = response;
  answer(context, `${paintedAnswer(context, response.answer)}${dependsOn(response.missing)}`);
  if (reasons.length > 0) printReasons(context, { reasons, remove: [] });
  if (response.answer !== 'denied') return;
  if (misses.length === 0 && missesArePartial !== true) answer(context, NOTHING_FOUND);
  misses.forEach((miss, i) => {
    answer(context, `\n${i === 0 ? 'It would be allowed after:' : 'Or after:'}`);
    answer(context, `  ${writeCommandOf(miss, store)}`);
    for (const line of storedLines(miss)) answer(context, `  ${line}`);
    printReasons(context, miss);
  });
  if (misses.length > 0) answer(context, NOT_LOOKED_AT);
  if (missesArePartial === true) answer(context, PARTIAL);
}

function printReasons(context: Context, { reasons, remove }: Pick<ExplainMiss, 'reasons' | 'remove'>): void {
  if (reasons.length === 0) return;
  const { stdout, env } = context.io;
  const tree = explainTree(reasons, new Set(remove.map(formatTupleText)), painter(stdout, env));
  for (const line of treeLines(tree, strokesFor(env))) answer(context, line);
}
