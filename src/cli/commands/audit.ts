/** `pemba audit` */
import { type Command, Option } from 'commander';
import { PembaError } from '../../base/errors.ts';
import { visibleJson } from '../../base/visible.ts';
import type { AuditFilter, ReadAuditRequest } from '../../client/audit.ts';
import { AUDIT_KINDS, type AuditKind } from '../../model/audit.ts';
import { parseObject } from '../../model/reference.ts';
import { parseTupleFilter } from '../../model/write.ts';
import { CredentialNames } from '../auditing/credential-names.ts';
import { entryLine } from '../auditing/entry-line.ts';
import { auditEntries } from '../auditing/pages.ts';
import { painter } from '../colors.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseCount, parseOneOf, parsePast, repeatable } from '../parse-option.ts';
import { written } from '../written.ts';

const DEFAULT_LIMIT = 100;

interface AuditOptions extends ConnectionOptions {
  store?: string;
  object?: string;
  relation?: string;
  subject?: string;
  actor?: string;
  credential?: string;
  kind?: AuditKind[];
  since?: Date;
  until?: Date;
  limit: number;
  all?: boolean;
  pageToken?: string;
  json?: boolean;
}

export function addAuditCommand(program: Command, context: Context): void {
  const command = program
    .command('audit')
    .summary('tell who did what')
    .description(
      'Tells who did what to a store, newest first, one thing a line: when, the revision, what, on whose behalf and with\nwhich credential, and what the caller said about why. Needs an admin credential.',
    )
    .option('--object <object>', 'only tuples on this object, or on objects of this type')
    .option('--relation <relation>', 'only tuples of this relation')
    .option('--subject <subject>', 'only tuples that name this subject, or subjects of this type')
    .option('--actor <object>', 'only what was done on behalf of this one, such as user:ada')
    .option('--credential <id>', 'only what was done with this credential')
    .addOption(
      new Option('--kind <kind>', 'only things of this kind; repeatable')
        .choices(AUDIT_KINDS)
        .argParser(repeatable(parseOneOf(AUDIT_KINDS))),
    )
    .addOption(
      new Option(
        '--since <time>',
        'from then on: 2026-01-31 (midnight UTC), 2026-01-31T09:00:00Z, or 2d for two days ago',
      ).argParser(parsePast),
    )
    .addOption(new Option('--until <time>', 'before then').argParser(parsePast))
    .addOption(new Option('--limit <count>', 'at most so many').argParser(parseCount).default(DEFAULT_LIMIT))
    .addOption(new Option('--all', 'however many there are').conflicts('limit'))
    .option('--page-token <token>', 'go on where a --limit stopped; with the same question')
    .option('--json', 'print one JSON object a line');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['The last that happened:', 'pemba audit --limit 20'],
      ['Who let whom into a space, and who was refused?', 'pemba audit --object space:curation'],
      ['What did ada do in the last week?', 'pemba audit --actor user:ada --since 7d'],
      ['Schemas and credentials:', 'pemba audit --kind schema_written --kind credential_created'],
    ]),
  );
  command.action((options: AuditOptions) => audit(context, options));
}

async function audit(context: Context, options: AuditOptions): Promise<void> {
  const { store, limit, all, pageToken, json } = options;
  const request: ReadAuditRequest = {
    filter: filterOf(options),
    ...(store === undefined ? {} : { store }),
    ...(pageToken === undefined ? {} : { pageToken }),
  };
  const paint = painter(context.io.stdout, context.io.env);
  await withClient(context, options, async (client) => {
    const entries = auditEntries(client, request, all === true ? Number.POSITIVE_INFINITY : limit);
    const names = new CredentialNames(client, store === undefined ? {} : { store });
    for (let count = 0; ; count++) {
      const { done, value } = await entries.next();
      if (done === true) {
        if (value !== '') note(context, howToGoOn(options, value));
        else if (count === 0) note(context, 'nothing found; the audit trail has nothing of the kind');
        return;
      }
      const line =
        json === true ? visibleJson(value) : entryLine(value, paint, await names.of(value.credential));
      await written(context.io.stdout, `${line}\n`);
    }
  });
}

/** Times as they were understood: `2d` is another time when it is typed again, and so another question. */
function howToGoOn({ limit, since, until }: AuditOptions, pageToken: string): string {
  const times = [
    ...(since === undefined ? [] : [`--since ${since.toISOString()} `]),
    ...(until === undefined ? [] : [`--until ${until.toISOString()} `]),
  ];
  return `stopped at --limit ${limit}; go on with ${times.join('')}--page-token ${pageToken}`;
}

/** @throws PembaError MALFORMED_REFERENCE, MALFORMED_REQUEST: a typo should not wait for the service */
function filterOf({
  object,
  relation,
  subject,
  actor,
  credential,
  kind,
  since,
  until,
}: AuditOptions): AuditFilter {
  const tuple = { object: object ?? '', relation: relation ?? '', subject: subject ?? '' };
  parseTupleFilter(tuple, 'filter');
  if (actor !== undefined) parseObject(actor, 'actor');
  if (since !== undefined && until !== undefined && until <= since) {
    throw new PembaError(
      'MALFORMED_REQUEST',
      `--until ${until.toISOString()} is not after --since ${since.toISOString()}; nothing can lie between`,
    );
  }
  return {
    ...(Object.values(tuple).some((part) => part !== '') ? { tuple } : {}),
    ...(actor === undefined ? {} : { actor }),
    ...(credential === undefined ? {} : { credential }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
