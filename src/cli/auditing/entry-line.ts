/** An entry of the audit trail as a line for people: when, which revision, what, by whom, and why. */
import { visible } from '../../base/visible.ts';
import type { AuditEntry } from '../../client/audit.ts';
import type { Color, Painter } from '../colors.ts';
import { formatTupleText } from '../tuple-text.ts';

/** @param credentialName what the credential that was used is for; empty if that is not known */
export function entryLine(entry: AuditEntry, paint: Painter, credentialName: string): string {
  const { time, revision } = entry;
  const [what, color] = told(entry);
  const parts = [
    `${time.toISOString()}  #${revision}  ${paint(color, visible(what))}`,
    byWhom(entry, credentialName),
    why(entry),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** `by user:ada with credential k3v5m2xq7a4bz6yd ("the web shop")`, as far as it is known. */
export function byWhom({ actor, credential }: AuditEntry, credentialName: string): string {
  const name = credentialName === '' ? '' : ` (${JSON.stringify(credentialName)})`;
  const parts = [
    ...(actor === undefined ? [] : [`by ${visible(actor)}`]),
    ...(credential === undefined ? [] : [`with credential ${visible(`${credential}${name}`)}`]),
  ];
  return parts.join(' ');
}

/** The caller's metadata as JSON. */
export function why({ metadata }: AuditEntry): string {
  return metadata === undefined ? '' : visible(JSON.stringify(metadata));
}

function told(entry: AuditEntry): [what: string, color: Color] {
  const { kind, tuple, count = 0, aboutStore, aboutCredential, pseudonym = '' } = entry;
  const text = tuple === undefined ? '' : formatTupleText(tuple);
  const store = `store ${aboutStore?.name} (${aboutStore?.id})`;
  const credential = `credential ${aboutCredential?.id} (${aboutCredential?.level}${quotedAfterComma(aboutCredential?.description)})`;
  switch (kind) {
    case 'tuple_added':
      return [`+ ${text}`, 'green'];
    case 'tuple_removed':
      return [`- ${text}`, 'red'];
    case 'schema_written':
      return [`schema version ${entry.schemaVersion} put in force`, 'yellow'];
    case 'credential_created':
      return [`${credential} created`, 'yellow'];
    case 'credential_revoked':
      return [`${credential} revoked`, 'yellow'];
    case 'store_created':
      return [`${store} created`, 'yellow'];
    case 'store_deleted':
      return [`${store} deleted`, 'yellow'];
    case 'write_refused':
      return [`! ${refused(entry, text)}`, 'red'];
    case 'refusals_not_recorded':
      return [`! ${countOf(count, 'more refused write')}, not recorded one by one`, 'red'];
    case 'subject_erased':
      return [`erased who is ${pseudonym} now; ${countOf(count, 'tuple')} removed`, 'yellow'];
    default:
      // A newer service tells more than this program knows.
      return [kind satisfies never, 'yellow'];
  }
}

function refused({ refusal }: AuditEntry, tuple: string): string {
  const { operation, updates = 0, reason = '', message = '' } = refusal ?? {};
  const what =
    operation === undefined
      ? `a write of ${countOf(updates, 'update')}`
      : `${operation} ${tuple}${updates > 1 ? ` and ${updates - 1} more` : ''}`;
  return `refused: ${what}: ${reason}: ${message}`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function quotedAfterComma(description = ''): string {
  return description === '' ? '' : `, ${JSON.stringify(description)}`;
}
