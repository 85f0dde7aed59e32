import { notSupported } from '../language/not-supported.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** The part of the language that is read but not compiled yet. */
export function checkSupported({ tree }: ParsedSchema, report: Report): void {
  for (const { words, where } of notSupported(tree)) {
    report.error(where, 'not-supported', `\`${words}\` is not supported yet; leave it out`);
  }
}
