/** The options of lookups that find ids, and the printing of what they find. */
import type { Command } from 'commander';
import { visible, visibleJson } from '../../base/visible.ts';
import type { LookupResults } from '../../client/explore-requests.ts';
import { dependsOn, paintedAnswer } from '../answers.ts';
import { type Context, note } from '../context.ts';
import { parseCount } from '../parse-option.ts';
import { addQuestionOptions, type QuestionOptions, questionOf } from '../question-options.ts';
import { written } from '../written.ts';

export interface PagedOptions extends QuestionOptions {
  limit?: number;
  pageToken?: string;
  json?: boolean;
}

export function addPagedOptions(command: Command): void {
  command
    .option('--limit <count>', 'at most so many (default: all)', parseCount)
    .option('--page-token <token>', 'go on where a --limit stopped; with the same question')
    .option(
      '--json',
      'print one JSON object a line: id and answer of each; the last has nextPageToken and zookie',
    );
  addQuestionOptions(command);
}

/** The part of a request that these options make. */
export function pagedOf(options: PagedOptions): ReturnType<typeof questionOf> & {
  pageSize?: number;
  pageToken?: string;
} {
  return {
    ...questionOf(options),
    ...(options.limit === undefined ? {} : { pageSize: options.limit }),
    ...(options.pageToken === undefined ? {} : { pageToken: options.pageToken }),
  };
}

/** Prints what is found as it comes, one id a line. */
export async function printFound(
  context: Context,
  messages: AsyncIterable<LookupResults>,
  options: PagedOptions,
): Promise<void> {
  let last = { nextPageToken: '', zookie: '' };
  for await (const { results, nextPageToken, zookie } of messages) {
    last = { nextPageToken, zookie };
    const lines = results.map((result) =>
      options.json === true ? visibleJson(result) : lineOf(context, result),
    );
    if (lines.length > 0) await written(context.io.stdout, `${lines.join('\n')}\n`);
  }
  if (options.json === true) await written(context.io.stdout, `${visibleJson(last)}\n`);
  else if (last.nextPageToken !== '')
    note(context, `stopped at --limit ${options.limit}; go on with --page-token ${last.nextPageToken}`);
}

/** The id alone where it is a plain yes, so that it can be piped on. */
function lineOf(context: Context, { id, answer, missing }: LookupResults['results'][number]): string {
  return answer === 'allowed'
    ? visible(id)
    : `${visible(id)}  ${paintedAnswer(context, answer)}${dependsOn(missing)}`;
}
