import { quoted } from '../../model/reference.ts';
import type { NamedMember } from '../language/generated/ast.ts';
import { typeOf } from '../language/members.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { allHolders } from './all-holders.ts';
import { type Dependency, dependenciesOf } from './dependencies.ts';
import { DependencyGraph } from './dependency-graph.ts';
import { canBeIn } from './holders.ts';

/**
 * Recursion through a negative position. On one object it can have no meaning, an error; over an
 * arrow, an `of` or a subject set that depends on the tuples, a warning.
 *
 * The `rel` of `every rel.name` is a negative position as well: more tuples in it, fewer subjects.
 */
export function checkNegation({ tree }: ParsedSchema, report: Report): void {
  const holders = allHolders(tree);
  const all = dependenciesOf(tree, (set, target) => canBeIn(holders.get(set) ?? 'anybody', target));
  const onSameObject = all.filter((dependency) => dependency.isOnSameObject);
  const reported = reportCycles(onSameObject, onSameObject, nameOnly, reportError, report);
  const rest = all.filter((dependency) => !reported.has(dependency));
  reportCycles(rest, all, nameWithType, reportWarning, report);
}

type ReportCycle = (negation: Dependency, path: string, report: Report) => void;

/** Reports of each knot of recursion the first negation that stands in it. */
function reportCycles(
  candidates: Dependency[],
  dependencies: Dependency[],
  nameOf: (member: NamedMember) => string,
  reportCycle: ReportCycle,
  report: Report,
): Set<Dependency> {
  const graph = new DependencyGraph(dependencies);
  const inKnot = candidates.filter((one) => one.negatedBy !== undefined && graph.knotOf(one) !== undefined);
  const reported = new Set<number | undefined>();
  for (const negation of inKnot) {
    const knot = graph.knotOf(negation);
    if (reported.has(knot)) continue;
    reported.add(knot);
    const wayBack =
      reported.size <= MOST_PATHS_SEARCHED ? graph.shortestPath(negation.to, negation.from) : undefined;
    reportCycle(negation, cyclePath(negation, wayBack, nameOf), report);
  }
  return new Set(inKnot);
}

function nameOnly(member: NamedMember): string {
  return member.name;
}

function nameWithType(member: NamedMember): string {
  return `${typeOf(member)?.name}.${member.name}`;
}

function reportError(negation: Dependency, path: string, report: Report): void {
  const message = `${quoted(negation.from.name)} rests on its own negation: ${path}`;
  report.error(negation.where, 'negation-cycle', `${message}; name there only what does not lead back`);
}

function reportWarning(negation: Dependency, path: string, report: Report): void {
  const message = `${quoted(negation.from.name)} can come to rest on its own negation: ${path}`;
  report.warning(negation.where, 'negation-over-objects', `${message}; a check that does is an error`);
}

// A search can walk the whole schema, so with many mistakes the ways back of the later ones are left out.
const MOST_PATHS_SEARCHED = 100;
// A cycle can be as long as the schema; its beginning tells where to look.
const MOST_STEPS_SHOWN = 8;

/** The way around, such as `a` → except `b` → `a`. */
function cyclePath(
  negation: Dependency,
  wayBack: Dependency[] | undefined,
  nameOf: (member: NamedMember) => string,
): string {
  const start = quoted(nameOf(negation.from));
  const steps = [negation, ...(wayBack ?? [])].map(({ to, negatedBy }) => {
    return `${negatedBy === undefined ? '' : `${negatedBy} `}${quoted(nameOf(to))}`;
  });
  if (wayBack === undefined) return [start, ...steps, '…', start].join(' → ');
  if (steps.length <= MOST_STEPS_SHOWN) return [start, ...steps].join(' → ');
  return [start, ...steps.slice(0, MOST_STEPS_SHOWN - 1), '…', start].join(' → ');
}
