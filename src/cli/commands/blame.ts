/** `pemba blame` */
import type { Command } from 'commander';
import { visible } from '../../base/visible.ts';
import type { AuditEntry } from '../../client/audit.ts';
import type { PembaClient } from '../../client/client.ts';
import type { StoredTuple, TupleText } from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';
import { CredentialNames } from '../auditing/credential-names.ts';
import { byWhom, entryLine, why } from '../auditing/entry-line.ts';
import { auditEntries } from '../auditing/pages.ts';
import { painter } from '../colors.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { formatTupleText, parseTupleText } from '../tuple-text.ts';

interface BlameOptions extends ConnectionOptions {
  store?: string;
  json?: boolean;
}

/** What is known of a tuple. */
interface Story {
  isStored: boolean;
  /** What made it as it is now, or removed it; undefined if the audit does not tell. */
  lastChange: AuditEntry | undefined;
  /** Newest first; refused writes are among it. */
  story: AuditEntry[];
}

export function addBlameCommand(program: Command, context: Context): void {
  const command = program
    .command('blame')
    .summary('tell who made a tuple, when and why')
    .description(
      'Tells who made a tuple as it stands now, or who removed it, and then all that the audit tells of it, newest\nfirst. Needs an admin credential.',
    )
    .argument('<tuple>', 'object#relation@subject')
    .option('--json', 'print isStored, lastChange and story as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([['Who let ada write here?', 'pemba blame space:curation#writer@user:ada']]),
  );
  command.action((tuple: string, options: BlameOptions) => blame(context, tuple, options));
}

async function blame(context: Context, text: string, options: BlameOptions): Promise<void> {
  const tuple = parseTupleText(text);
  const store = options.store === undefined ? {} : { store: options.store };
  const paint = painter(context.io.stdout, context.io.env);
  await withClient(context, options, async (client) => {
    const found = await findStory(client, tuple, store).catch((error: unknown) => {
      throw inTermsOfTheTuple(error);
    });
    if (options.json === true) {
      answerJson(context, found);
      return;
    }
    const names = new CredentialNames(client, store);
    answer(context, summary(tuple, found, await names.of(found.lastChange?.credential)));
    for (const entry of found.story)
      answer(context, `  ${entryLine(entry, paint, await names.of(entry.credential))}`);
  });
}

/** The service is asked with filters, of which whoever names a tuple knows nothing. */
function inTermsOfTheTuple(error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.field === undefined) return error;
  const { code, reason, field, cause } = error;
  const part = field.replace(/^filter\.(tuple\.)?/, 'tuple.');
  return new ServiceError(error.message.replaceAll(field, part), { code, reason, field: part, cause });
}

async function findStory(client: PembaClient, tuple: TupleText, store: { store?: string }): Promise<Story> {
  const story: AuditEntry[] = [];
  for await (const entry of auditEntries(client, { ...store, filter: { tuple } }, Number.POSITIVE_INFINITY)) {
    // A filter by a subject selects its sets as well.
    if (entry.tuple?.subject === tuple.subject) story.push(entry);
  }
  const lastChange = story.find(({ kind }) => kind === 'tuple_added' || kind === 'tuple_removed');
  // What it says is newer than what another question would find out a moment earlier.
  if (lastChange !== undefined) return { isStored: lastChange.kind === 'tuple_added', lastChange, story };
  return { isStored: await isStored(client, tuple, store), lastChange, story };
}

async function isStored(client: PembaClient, tuple: TupleText, store: { store?: string }): Promise<boolean> {
  for (let pageToken = ''; ; ) {
    const page: { tuples: StoredTuple[]; nextPageToken: string } = await client.read({
      ...store,
      filter: tuple,
      ...(pageToken === '' ? { consistency: { mode: 'fully_consistent' } } : { pageToken }),
    });
    if (page.tuples.some(({ subject }) => subject === tuple.subject)) return true;
    pageToken = page.nextPageToken;
    if (pageToken === '') return false;
  }
}

function summary(tuple: TupleText, { isStored, lastChange }: Story, credentialName: string): string {
  const name = visible(formatTupleText(tuple));
  if (lastChange === undefined) {
    return isStored
      ? `${name} is stored; it was made before what the audit still tells, so nobody can say by whom`
      : `${name} is not stored, and the audit tells of no time when it was`;
  }
  const { time, revision, tuple: changed } = lastChange;
  const [who, reason] = [byWhom(lastChange, credentialName), why(lastChange)];
  const when = [
    `at ${time.toISOString()} in revision ${revision}`,
    who === '' ? '' : ` ${who}`,
    reason === '' ? '' : `: ${reason}`,
    who === '' && reason === '' ? ', nobody said by whom' : '',
  ].join('');
  if (!isStored) return `${name} is not stored; it was removed ${when}`;
  const end = changed?.expiresAt;
  const expired =
    end !== undefined && end.getTime() <= Date.now() ? `, but expired at ${end.toISOString()}` : '';
  return `${name} is stored${expired}; it was made ${when}`;
}
