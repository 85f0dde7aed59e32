import { quoted } from '../../model/reference.ts';
import type { NamedMember } from '../language/generated/ast.ts';
import { typeOf } from '../language/members.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { type Dependency, dependenciesOf } from './dependencies.ts';
import { DependencyGraph } from './dependency-graph.ts';

/**
 * Recursion through a negative position. On one object it can have no meaning, an error; over an
 * arrow or a subject set that depends on the tuples, a warning.
 *
 * The `rel` of `every rel.name` is a negative position as well: more tuples in it, fewer subjects.
 */
export function checkNegation({ tree }: ParsedSchema, report: Report): void {
  const all = dependenciesOf(tree);
  const onSameObject = all.filter((dependency) => dependency.isOnSameObject);
  const reported = reportCycles(onSameObject, onSameObject, reportError, report);
  const rest = all.filter((dependency) => !reported.has(dependency));
  reportCycles(rest, all, reportWarning, report);
}

type ReportCycle = (negation: Dependency, cycle: Dependency[], report: Report) => void;

/** Reports each negation among `candidates` that `graph` closes to a cycle, once for a member and what it names. */
function reportCycles(
  candidates: Dependency[],
  dependencies: Dependency[],
  reportCycle: ReportCycle,
  report: Report,
): Set<Dependency> {
  const graph = new DependencyGraph(dependencies);
  const reported = new Set<Dependency>();
  const known = new Map<NamedMember, Set<NamedMember>>();
  for (const negation of candidates) {
    if (negation.negatedBy === undefined) continue;
    const wayBack = graph.shortestPath(negation.to, negation.from);
    if (wayBack === undefined) continue;
    reported.add(negation);
    const targets = known.get(negation.from) ?? new Set();
    known.set(negation.from, targets);
    if (!targets.has(negation.to)) reportCycle(negation, [negation, ...wayBack], report);
    targets.add(negation.to);
  }
  return reported;
}

function reportError(negation: Dependency, cycle: Dependency[], report: Report): void {
  const path = cyclePath(cycle, (member) => member.name);
  const message = `${quoted(negation.from.name)} rests on its own negation: ${path}`;
  report.error(negation.where, 'negation-cycle', `${message}; name there only what does not lead back`);
}

function reportWarning(negation: Dependency, cycle: Dependency[], report: Report): void {
  const path = cyclePath(cycle, (member) => `${typeOf(member)?.name}.${member.name}`);
  const message = `${quoted(negation.from.name)} can come to rest on its own negation: ${path}`;
  report.warning(negation.where, 'negation-over-objects', `${message}; a check that does is an error`);
}

// A cycle can be as long as the schema; its beginning tells where to look.
const MOST_STEPS_SHOWN = 8;

/** `a -> not b -> a`, in words of the language: `a` → except `b` → `a`. */
function cyclePath(cycle: Dependency[], name: (member: NamedMember) => string): string {
  const steps = cycle.map(({ to, negatedBy }) => {
    const negation = negatedBy === undefined ? '' : `${negatedBy} `;
    return `${negation}${quoted(name(to))}`;
  });
  const shown = steps.length <= MOST_STEPS_SHOWN ? steps : [...steps.slice(0, MOST_STEPS_SHOWN - 1), '…', ...steps.slice(-1)];
  return [quoted(name(cycle[0].from)), ...shown].join(' → ');
}
