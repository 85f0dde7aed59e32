import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import { isSetOf, type SetOf } from '../language/generated/ast.ts';
import { memberOf, membersByName } from '../language/members.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { allHolders } from './all-holders.ts';
import { canBeIn, type Holders } from './holders.ts';

/** In `name of set` at least one type that can be in `set` has the name. */
export function checkSetsOf(parsed: ParsedSchema, report: Report): void {
  if (!isIntact(parsed)) return;
  const holders = allHolders(parsed.tree);
  for (const node of allNodes(parsed.tree)) {
    if (!isSetOf(node)) continue;
    const set = memberOf(node.set);
    const inSet = set === undefined ? 'anybody' : (holders.get(set) ?? 'anybody');
    checkName(node, set?.name, inSet, report);
  }
}

function checkName(
  { name: expression }: SetOf,
  set: string | undefined,
  inSet: Holders,
  report: Report,
): void {
  const targets = expression.members?.items ?? [];
  // A name that no type has is reported as unknown, and a set that holds nobody as that.
  if (inSet === 'anybody' || inSet.size === 0 || targets.length === 0 || set === undefined) return;
  if (targets.some(({ ref }) => ref !== undefined && canBeIn(inSet, ref))) return;
  const name = expression.members.$refText;
  const types = [...inSet];
  const known = types.flatMap((type) => [...membersByName(type).keys()]);
  const suggestion = nearest(name, known);
  const list = types.map((type) => quoted(type.name)).join(', ');
  const message = `none of the types that can be in ${quoted(set)} (${list}) has a relation or permission ${quoted(name)}`;
  const instead = suggestion === undefined ? '; declare it there' : '';
  report.error(expression.$cstNode, 'unknown-relation', `${message}${instead}`, { suggestion });
}
