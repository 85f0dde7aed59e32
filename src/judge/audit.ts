/**
 * Looks at all that is stored with the eyes of a new schema: tuples it does not admit, and objects that break its
 * invariants. It goes through the whole graph, but only for what the new schema changes.
 */
import { asPembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { type Sliced, STEPS_A_YIELD } from '../base/slices.ts';
import type { Plan } from '../engine/plan.ts';
import { NONE } from '../graph/graph.ts';
import type { Grant } from '../model/grant.ts';
import { formatTuple, type Tuple } from '../model/tuple.ts';
import type { CompiledMember, CompiledSchema, SubjectForm } from '../schema/compiled-schema.ts';
import { formatForm } from '../schema/subject-form.ts';
import { Neighbours } from '../view/neighbours.ts';
import type { View } from '../view/view.ts';
import { assertAdmitted, assertExpiryAdmitted, fits } from './admission.ts';
import { checkObject } from './invariants/check-object.ts';
import { ExcludesCheck } from './invariants/excludes.ts';
import { InvariantState } from './invariants/state.ts';
import { rulesOf } from './rules.ts';
import { describeViolation, Names } from './violation.ts';

/** How many offenders are named of a kind. */
const NAMED_OFFENDERS = 3;

/** Kinds of tuples that are stored and not admitted, each as `team#member is used by …`; none if all are. */
export function* findNotAdmitted(
  before: CompiledSchema,
  plan: Plan,
  view: View,
  now: number,
): Sliced<string[]> {
  const suspects = suspectsOf(before, plan.schema);
  if (suspects.length === 0) return [];
  // In the order of the old schema, whatever that of the graph is.
  const kinds: Map<string, Offenders>[] = suspects.map(() => new Map());
  let steps = 0;
  const { nodes, types, relations } = view.graph;
  for (let node = 1; node <= nodes.highest; node++) {
    if (++steps % STEPS_A_YIELD === 0) yield;
    if (nodes.plain.count.get(node) + nodes.sets.count.get(node) === 0) continue;
    const object = view.objectOf(node);
    const type = types.name(view.typeOf(object));
    const relation = relations.name(view.relationOf(node));
    const place = suspects.findIndex((each) => each.type === type && each.old.name === relation);
    if (place < 0) continue;
    const cursor = new Neighbours().subjectsOf(view, node);
    for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
      if (++steps % STEPS_A_YIELD === 0) yield;
      const tuple = tupleOf(view, { type, id: view.idOf(object) }, relation, to, view.grantOf(node, to));
      if (isAdmitted(plan, tuple, now)) continue;
      const kind = kindOf(suspects[place], tuple);
      const offenders = kinds[place].get(kind) ?? new Offenders();
      kinds[place].set(kind, offenders);
      offenders.note(tuple);
    }
  }
  return kinds
    .flatMap((each) => [...each])
    .map(([kind, offenders]) => `\`${kind}\` is used by ${offenders.describe()}`);
}

/**
 * What breaks the invariants of a schema, at most so many; only of types whose rules are not those of `before`.
 * @param before undefined if nothing was looked at before
 * @throws PembaError LIMIT, NEGATION_CYCLE
 */
export function* findViolations(
  before: CompiledSchema | undefined,
  plan: Plan,
  view: View,
  now: number,
  limits: Limits,
  atMost = NAMED_OFFENDERS,
): Sliced<string[]> {
  const types = rulesOf(plan).types.map((rules) => rules && isChanged(before, plan.schema, rules.plan.name));
  const found: string[] = [];
  const names = new Names(view, () => true);
  const { objects } = view.graph;
  let steps = 0;
  for (let object = 1; object <= objects.highest; object++) {
    if (++steps % STEPS_A_YIELD === 0) yield;
    if (objects.nodeCounts.get(object) === 0 || types[view.typeOf(object)] !== true) continue;
    const rules = rulesOf(plan).types[view.typeOf(object)];
    if (rules === undefined) continue;
    // Each object has the work of a write to itself.
    const state = new InvariantState(plan, view, now, limits);
    for (const violation of checkObject(state, new ExcludesCheck(state), rules, object)) {
      found.push(describeViolation(violation, names));
      if (found.length >= atMost) return found;
    }
    yield;
  }
  return found;
}

interface Suspect {
  type: string;
  old: CompiledMember;
  isDropped: boolean;
}

/** Relations of which the new schema may not admit what the old one did. */
function suspectsOf(before: CompiledSchema, after: CompiledSchema): Suspect[] {
  return before.types.flatMap((type) => {
    const kept = after.types.find(({ name }) => name === type.name);
    return type.members.flatMap((old) => {
      if (old.kind !== 'relation') return [];
      const now = kept?.members.find(({ name, kind }) => name === old.name && kind === 'relation');
      const isKept = now !== undefined && old.subjects.every((form) => isFormKept(form, now, before, after));
      return isKept ? [] : [{ type: type.name, old, isDropped: now === undefined }];
    });
  });
}

function isFormKept(
  form: SubjectForm,
  { subjects }: CompiledMember,
  before: CompiledSchema,
  after: CompiledSchema,
): boolean {
  if (!subjects.some((other) => formatForm(other) === formatForm(form))) return false;
  if (form.condition === undefined) return true;
  const parametersIn = ({ conditions }: CompiledSchema): string =>
    JSON.stringify(conditions.find(({ name }) => name === form.condition)?.parameters);
  return parametersIn(before) === parametersIn(after);
}

function isAdmitted(plan: Plan, tuple: Tuple, now: number): boolean {
  try {
    assertAdmitted(plan, tuple, '');
    assertExpiryAdmitted(plan, tuple, now, '');
    return true;
  } catch (error) {
    if (asPembaError(error).code === 'INTERNAL') throw error;
    return false;
  }
}

function kindOf({ type, old, isDropped }: Suspect, { subject, condition }: Tuple): string {
  const relation = `${type}#${old.name}`;
  const form = old.subjects.find((each) => fits(each, subject) && each.condition === condition?.name);
  return isDropped || form === undefined ? relation : `${relation}@${formatForm(form)}`;
}

/** The first offenders in the order of their text. */
class Offenders {
  private readonly texts: string[] = [];

  note(tuple: Tuple): void {
    this.texts.push(formatTuple(tuple));
    this.texts.sort();
    if (this.texts.length > NAMED_OFFENDERS + 1) this.texts.pop();
  }

  describe(): string {
    const named = this.texts.slice(0, NAMED_OFFENDERS).map((text) => `\`${text}\``);
    return `${named.join(', ')}${this.texts.length > NAMED_OFFENDERS ? ' and others' : ''}`;
  }
}

/** Whether a type's rules, or what they depend on, are others than before. */
function isChanged(before: CompiledSchema | undefined, after: CompiledSchema, name: string): boolean {
  const rules = rulesText(after, name);
  if (rules === '' || before === undefined) return rules !== '';
  if (rules !== rulesText(before, name)) return true;
  // Who is effectively in a side may depend on everything.
  return rules.includes('"excludes"') && meaningOf(before) !== meaningOf(after);
}

/** Empty if the type has no rules. */
function rulesText(schema: CompiledSchema, name: string): string {
  const type = schema.types.find((each) => each.name === name);
  const counted = (type?.members ?? []).flatMap(({ name: member, multiplicity, unique }) =>
    multiplicity === undefined && !unique ? [] : [{ member, multiplicity, unique }],
  );
  // An object over `x` is looked at from the schema on that gives its type a `y`.
  const requires = (type?.requires ?? []).map((rule) =>
    rule.kind === 'path contains'
      ? {
          ...rule,
          in: schema.types
            .filter((each) => each.members.some(({ name }) => name === rule.relation))
            .map(({ name }) => name),
        }
      : rule,
  );
  return counted.length + requires.length === 0 ? '' : textOf({ counted, requires });
}

function meaningOf({ types }: CompiledSchema): string {
  return textOf(types.map(({ name, members }) => ({ name, members })));
}

/** Without what only says where something stands. */
function textOf(value: object): string {
  return JSON.stringify(value, (key, part) =>
    key === 'source' || key === 'at' || key === 'doc' ? undefined : part,
  );
}

function tupleOf(
  view: View,
  object: Tuple['object'],
  relation: string,
  to: number,
  grant: Grant | undefined,
): Tuple {
  const subject = view.objectOf(to);
  const set = view.relationOf(to);
  return {
    object,
    relation,
    subject: {
      type: view.graph.types.name(view.typeOf(subject)),
      id: view.idOf(subject),
      relation: view.graph.relations.name(set),
    },
    ...grant,
  };
}
