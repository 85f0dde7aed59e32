/**
 * Whether a write may happen, in the plainest way from the language's specification: the whole state before, the whole
 * state after, every object looked at. It knows the compiled schema and shares nothing else with the service.
 *
 * It asks of schemas that `except` has a relation of plain subjects on its right, so that no negation hangs on another, and
 * that the set of `name of set` does not hang on another `of`.
 */
import type {
  ClauseExpression,
  CompiledMember,
  CompiledSchema,
  CompiledType,
  SubjectForm,
} from '../../src/schema/compiled-schema.ts';

/** Values for `c(ok bool) { ok }`, the one condition there is. */
export interface OracleTuple {
  object: string;
  relation: string;
  subject: string;
  condition?: { ok?: boolean };
  expiresAt?: number;
}

export interface OracleWrite {
  actor?: string;
  ok?: boolean;
  now: number;
  add: OracleTuple[];
  remove: OracleTuple[];
}

/** 0 no, 1 unknown, 2 yes. */
type Value = number;
type State = Map<string, OracleTuple>;
/** What conditional and expiring tuples are worth. */
type Carried = (tuple: OracleTuple) => Value;

const keyOf = ({ object, relation, subject }: OracleTuple): string => `${object}#${relation}@${subject}`;
const typeName = (ref: string): string => ref.slice(0, ref.indexOf(':'));
const plain = (subject: string): string => subject.replace(/#.*/, '');
const isWildcard = (subject: string): boolean => subject.endsWith(':*');
const isSet = (subject: string): boolean => subject.includes('#');

export class JudgeOracle {
  private readonly schema: CompiledSchema;
  private readonly found = new WeakMap<State, WeakMap<Carried, Map<string, Map<string, Value>>>>();
  /** While it asks who is in the set of an `of`: there every `of` is empty. */
  private isInSet = false;
  state: State = new Map();

  constructor(schema: CompiledSchema) {
    this.schema = schema;
  }

  /** Whether the schema can be put in force over what is stored. */
  admits(state: State, now: number): boolean {
    const forms = this.forms({ add: [...state.values()], remove: [], now });
    return forms === undefined && this.invariants(state, now) === undefined;
  }

  /** The words of the refusal, or `accepted`; then the state is the one after it. */
  write(write: OracleWrite): string {
    const refusal =
      this.forms(write) ?? (write.actor === undefined ? undefined : this.governed(write, write.actor));
    if (refusal !== undefined) return refusal;
    const after = new Map(this.state);
    for (const tuple of write.add) after.set(keyOf(tuple), tuple);
    for (const tuple of write.remove) after.delete(keyOf(tuple));
    const broken = this.invariants(after, write.now);
    if (broken !== undefined) return broken;
    this.state = after;
    return 'accepted';
  }

  // Forms.

  private forms({ add, remove, now }: OracleWrite): string | undefined {
    const suits = (tuple: OracleTuple): SubjectForm[] => {
      const member = this.member(tuple.object, tuple.relation);
      return (member?.subjects ?? []).filter(({ type, relation, wildcard }) => {
        const text = wildcard ? `${type}:*` : relation === undefined ? type : `${type}#${relation}`;
        const set = /#(.*)/.exec(tuple.subject)?.[1];
        const have = isWildcard(tuple.subject) ? tuple.subject : typeName(tuple.subject);
        return text === (set === undefined ? have : `${have}#${set}`);
      });
    };
    const carrying = (tuple: OracleTuple): SubjectForm[] =>
      suits(tuple).filter(({ condition }) => (condition !== undefined) === (tuple.condition !== undefined));
    if (remove.some((tuple) => suits(tuple).length === 0)) return 'type';
    if (add.some((tuple) => carrying(tuple).length === 0)) return 'type';
    const fine = (tuple: OracleTuple): boolean =>
      carrying(tuple).some(({ expiry, withinSeconds }) => {
        if (tuple.expiresAt === undefined) return expiry !== 'must';
        return (
          expiry !== undefined && tuple.expiresAt - now <= (withinSeconds ?? Number.POSITIVE_INFINITY) * 1000
        );
      });
    return add.every(fine) ? undefined : 'expiry';
  }

  // Governed writes.

  private governed(write: OracleWrite, actor: string): string | undefined {
    const { add, remove, now } = write;
    const before = this.state;
    const carried: Carried = (tuple) => {
      if (tuple.expiresAt !== undefined && tuple.expiresAt <= now) return 0;
      if (tuple.condition === undefined) return 2;
      const ok = tuple.condition.ok ?? write.ok;
      return ok === undefined ? 1 : ok ? 2 : 0;
    };
    const owns = (state: State, object: string): boolean =>
      [...state.values()].some((t) => t.object === object);
    const named = (object: string): boolean =>
      [...before.values()].some(({ subject }) => plain(subject) === object);
    const added = (object: string): OracleTuple[] => add.filter((tuple) => tuple.object === object);
    const createdBy = (object: string): ClauseExpression | undefined =>
      this.type(object)?.createdBy?.expression;
    const held = (
      state: State,
      object: string,
      expression: ClauseExpression,
      subject?: (name: string, negative: boolean) => Value,
      names = false,
    ): boolean =>
      this.clause(
        expression,
        { state, object, actor, carried, subject: subject ?? (() => 0), names },
        false,
      ) === 2;
    const subjectHas = (tuple: OracleTuple, name: string): Value =>
      isWildcard(tuple.subject) || this.member(plain(tuple.subject), name) === undefined
        ? 0
        : this.in(before, plain(tuple.subject), name, actor, carried);

    const objects = [...new Set(add.map(({ object }) => object))];
    const mentioned = objects.filter((object) => !owns(before, object) && named(object));
    const fresh = objects.filter((object) => !owns(before, object) && !named(object));

    // created by
    for (const object of mentioned) {
      const clause = createdBy(object);
      if (clause !== undefined && !held(before, object, clause)) return 'created by';
    }
    const states = new Map<string, State>();
    let waiting = fresh.filter((object) => createdBy(object) !== undefined);
    let soFar = before;
    for (;;) {
      const born = waiting.filter((object) => {
        const state = withTuples(soFar, added(object));
        states.set(object, state);
        return held(state, object, createdBy(object) as ClauseExpression);
      });
      if (born.length === 0) break;
      soFar = withTuples(soFar, born.flatMap(added));
      waiting = waiting.filter((object) => !born.includes(object));
    }
    if (waiting.length > 0) return 'created by';
    for (const { subject } of add) {
      const object = plain(subject);
      if (isWildcard(subject) || createdBy(object) === undefined || owns(before, object)) continue;
      if (!objects.includes(object)) return 'created by';
    }

    // deleted by
    const after = new Map(before);
    for (const tuple of add) after.set(keyOf(tuple), tuple);
    for (const tuple of remove) after.delete(keyOf(tuple));
    const gone = [...new Set(remove.map(({ object }) => object))].filter((object) => !owns(after, object));
    for (const object of gone) {
      const clause = this.type(object)?.deletedBy?.expression;
      if (clause !== undefined && !held(before, object, clause)) return 'deleted by';
    }

    // granted by
    for (const tuple of add) {
      const clause = this.member(tuple.object, tuple.relation)?.grantedBy?.expression;
      const isBorn = fresh.includes(tuple.object) && createdBy(tuple.object) !== undefined;
      if (clause === undefined) {
        if (!isBorn) return 'granted by';
        continue;
      }
      if (!isBorn) {
        if (!held(before, tuple.object, clause, (name) => subjectHas(tuple, name))) return 'granted by';
        continue;
      }
      const other = plain(tuple.subject);
      const counts = (name: string): boolean =>
        !isWildcard(tuple.subject) &&
        fresh.includes(other) &&
        createdBy(other) !== undefined &&
        this.member(other, name) !== undefined;
      const subject = (name: string, negative: boolean): Value =>
        counts(name) ? (negative ? 0 : 2) : subjectHas(tuple, name);
      if (!held(states.get(tuple.object) as State, tuple.object, clause, subject, true)) return 'granted by';
    }

    // revoked by
    const replaced = add.filter((tuple) => {
      const stored = before.get(keyOf(tuple));
      return stored !== undefined && grantText(stored) !== grantText(tuple);
    });
    for (const tuple of [...remove, ...replaced]) {
      if (gone.includes(tuple.object) && this.type(tuple.object)?.deletedBy !== undefined) continue;
      const clause = this.member(tuple.object, tuple.relation)?.revokedBy?.expression;
      if (clause === undefined || !held(before, tuple.object, clause, (name) => subjectHas(tuple, name)))
        return 'revoked by';
    }
    return undefined;
  }

  private clause(
    expression: ClauseExpression,
    asked: {
      state: State;
      object: string;
      actor: string;
      carried: Carried;
      subject: (name: string, negative: boolean) => Value;
      names: boolean;
    },
    negative: boolean,
  ): Value {
    const { state, object, actor, carried } = asked;
    switch (expression.op) {
      case 'or':
        return Math.max(...expression.of.map((part) => this.clause(part, asked, negative)));
      case 'and':
        return Math.min(...expression.of.map((part) => this.clause(part, asked, negative)));
      case 'except':
        return Math.min(
          this.clause(expression.from, asked, negative),
          2 - this.clause(expression.without, asked, true),
        );
      case 'subject':
        return asked.subject(expression.name, negative);
      case 'name':
        if (asked.names) return negative ? 0 : 2;
        return this.in(state, object, expression.name, actor, carried);
      default: {
        const values = this.everything(state, actor, carried, [object]);
        return this.part(expression, object, actor, state, carried, values);
      }
    }
  }

  // Who is in a set.

  private in(state: State, object: string, member: string, subject: string, carried: Carried): Value {
    if (subject === `${object}#${member}`) return 2;
    return this.everything(state, subject, carried, [object]).get(`${object}#${member}`) ?? 0;
  }

  /** Whether an object is in the set of an `of`, on which no `of` has an influence. */
  private inSet(state: State, object: string, set: string, subject: string, carried: Carried): Value {
    const ofState = this.found.get(state) ?? new WeakMap<Carried, Map<string, Map<string, Value>>>();
    this.found.set(state, ofState);
    const ofCarried = ofState.get(carried) ?? new Map<string, Map<string, Value>>();
    ofState.set(carried, ofCarried);
    const key = `${object} ${subject}`;
    let values = ofCarried.get(key);
    if (values === undefined) {
      this.isInSet = true;
      values = this.everything(state, subject, carried, [object]);
      this.isInSet = false;
      ofCarried.set(key, values);
    }
    return values.get(`${object}#${set}`) ?? 0;
  }

  /** The least values of all sets of all objects for one subject. */
  private everything(state: State, subject: string, carried: Carried, more: string[]): Map<string, Value> {
    const objects = new Set([
      ...more,
      plain(subject),
      ...[...state.values()].flatMap((t) => [t.object, plain(t.subject)]),
    ]);
    let values = new Map<string, Value>();
    for (let changed = true; changed; ) {
      changed = false;
      const next = new Map<string, Value>();
      for (const object of objects) {
        for (const member of this.type(object)?.members ?? []) {
          const set = `${object}#${member.name}`;
          const value =
            set === subject
              ? 2
              : this.expression(member, member.rewrite, object, subject, state, carried, values);
          next.set(set, value);
          if (value !== (values.get(set) ?? 0)) changed = true;
        }
      }
      values = next;
    }
    return values;
  }

  private expression(
    member: CompiledMember,
    expression: ClauseExpression,
    object: string,
    subject: string,
    state: State,
    carried: Carried,
    values: Map<string, Value>,
  ): Value {
    const of = (part: ClauseExpression): Value =>
      this.expression(member, part, object, subject, state, carried, values);
    switch (expression.op) {
      case 'or':
        return Math.max(...expression.of.map(of));
      case 'and':
        return Math.min(...expression.of.map(of));
      case 'except':
        if (expression.without.op !== 'name') throw new Error('only a relation right of except');
        return Math.min(
          of(expression.from),
          2 - this.storedHolds(state, object, expression.without.name, subject, carried, new Map()),
        );
      case 'direct':
        return this.storedHolds(state, object, member.name, subject, carried, values);
      default:
        return this.part(expression, object, subject, state, carried, values);
    }
  }

  private storedHolds(
    state: State,
    object: string,
    relation: string,
    subject: string,
    carried: Carried,
    values: Map<string, Value>,
  ): Value {
    let best = 0;
    for (const tuple of state.values()) {
      if (tuple.object !== object || tuple.relation !== relation) continue;
      const isIt =
        tuple.subject === subject ||
        (isWildcard(tuple.subject) &&
          !isSet(subject) &&
          !isWildcard(subject) &&
          typeName(subject) === typeName(tuple.subject));
      const inside = isIt ? 2 : isSet(tuple.subject) ? (values.get(tuple.subject) ?? 0) : 0;
      best = Math.max(best, Math.min(inside, carried(tuple)));
    }
    return best;
  }

  private part(
    expression: ClauseExpression,
    object: string,
    subject: string,
    state: State,
    carried: Carried,
    values: Map<string, Value>,
  ): Value {
    switch (expression.op) {
      case 'self':
        return object === subject ? 2 : 0;
      case 'nobody':
        return 0;
      case 'name':
        return values.get(`${object}#${expression.name}`) ?? 0;
      case 'arrow':
      case 'every': {
        const { relation, name, op } = expression;
        const stored = [...state.values()].filter((t) => t.object === object && t.relation === relation);
        const each = stored.map((t) => {
          const inside = values.get(`${plain(t.subject)}#${name}`) ?? 0;
          return op === 'arrow' ? Math.min(inside, carried(t)) : Math.max(inside, 2 - carried(t));
        });
        if (op === 'arrow') return Math.max(0, ...each);
        return Math.min(...each, Math.max(0, ...stored.map(carried)));
      }
      case 'of': {
        if (this.isInSet) return 0;
        const { set, name } = expression;
        const objects = new Set([
          subject,
          ...[...state.values()].flatMap((t) => [t.object, plain(t.subject)]),
        ]);
        let best = 0;
        for (const each of objects) {
          if (isWildcard(each) || isSet(each) || this.member(each, name) === undefined) continue;
          const inName = subject === `${each}#${name}` ? 2 : (values.get(`${each}#${name}`) ?? 0);
          if (inName > best) {
            best = Math.max(best, Math.min(inName, this.inSet(state, object, set, each, carried)));
          }
        }
        return best;
      }
      default:
        throw new Error(`the oracle does not know ${expression.op} here`);
    }
  }

  // Invariants, on all there is.

  private invariants(state: State, now: number): string | undefined {
    const tuples = [...state.values()];
    const living = tuples.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
    const isLasting = (t: OracleTuple): boolean => t.condition === undefined && t.expiresAt === undefined;
    const objects = [...new Set(tuples.map(({ object }) => object))];
    const at = (object: string, relation: string): OracleTuple[] =>
      living.filter((t) => t.object === object && t.relation === relation);
    for (const object of objects) {
      for (const { name, multiplicity } of this.type(object)?.members ?? []) {
        if (multiplicity === undefined) continue;
        const lasting = at(object, name).filter(
          (t) => isLasting(t) && !isSet(t.subject) && !isWildcard(t.subject),
        );
        if (lasting.length < multiplicity.min) return 'multiplicity';
        if (at(object, name).length > (multiplicity.max ?? Number.POSITIVE_INFINITY)) return 'multiplicity';
      }
    }
    const isShared = (type: string, relations: string[]): boolean => {
      const holders = new Map<string, Set<string>>();
      for (const t of living) {
        if (typeName(t.object) !== type || !relations.includes(t.relation)) continue;
        holders.set(t.subject, (holders.get(t.subject) ?? new Set()).add(t.object));
      }
      return [...holders.values()].some((each) => each.size > 1);
    };
    for (const { name, members } of this.schema.types) {
      if (members.some((member) => member.unique && isShared(name, [member.name]))) return 'unique';
    }
    const open: Carried = (t) => (t.expiresAt !== undefined && t.expiresAt <= now ? 0 : isLasting(t) ? 2 : 1);
    const subjects = new Set(['user:nobody-knows', ...tuples.map(({ subject }) => subject)]);
    const has = (object: string, relation: string, subject: string): boolean =>
      at(object, relation).some((t) => t.subject === subject && isLasting(t));
    for (const object of objects) {
      for (const rule of this.type(object)?.requires ?? []) {
        if (rule.kind === 'unique' && isShared(typeName(object), rule.relations)) return 'require';
        if (rule.kind === 'one of') {
          const all = rule.relations.flatMap((relation) => at(object, relation).map((t) => t.subject));
          if (new Set(all).size < all.length) return 'require';
        }
        if (rule.kind === 'contains') {
          if (at(object, rule.contained).some((t) => !has(object, rule.relation, t.subject)))
            return 'require';
        }
        if (rule.kind === 'path contains') {
          for (const { subject: over } of at(object, rule.over)) {
            if (this.member(plain(over), rule.relation) === undefined) continue;
            if (at(object, rule.contained).some((t) => !has(plain(over), rule.relation, t.subject)))
              return 'require';
          }
        }
        if (rule.kind === 'excludes') {
          for (const subject of subjects) {
            const values = this.everything(state, subject, open, [object]);
            const [left = 0, right = 0] = [rule.left, rule.right].map((name) =>
              values.get(`${object}#${name}`),
            );
            if (left > 0 && right > 0) return 'require';
          }
        }
      }
    }
    return undefined;
  }

  private type(object: string): CompiledType | undefined {
    return this.schema.types.find(({ name }) => name === typeName(object));
  }

  private member(object: string, name: string): CompiledMember | undefined {
    return this.type(object)?.members.find((member) => member.name === name);
  }
}

function withTuples(state: State, tuples: OracleTuple[]): State {
  const next = new Map(state);
  for (const tuple of tuples) if (!next.has(keyOf(tuple))) next.set(keyOf(tuple), tuple);
  return next;
}

function grantText({ condition, expiresAt }: OracleTuple): string {
  return JSON.stringify([condition ?? null, expiresAt ?? null]);
}
