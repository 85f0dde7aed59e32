import { DocumentState } from 'langium';
import { pembaServices } from './language/pemba-services.ts';
import { reportUnresolved } from './link/unresolved.ts';
import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';

/** Resolves every name in the trees to its declaration and reports those that have none. */
export async function link(parsed: ParsedSchema, report: Report): Promise<void> {
  for (const { document } of parsed.files) {
    // Our scopes are computed on demand, which Langium wants to hear before it resolves.
    document.state = DocumentState.ComputedScopes;
  }
  for (const { document } of parsed.files) {
    await pembaServices().references.Linker.link(document);
    document.state = DocumentState.Linked;
  }
  reportUnresolved(parsed, report);
}
