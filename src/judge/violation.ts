/** What breaks an invariant, and how that is said: naming no object that whoever asks may not know of. */
import { PembaError } from '../base/errors.ts';
import { ITSELF } from '../graph/graph.ts';
import { quoted } from '../model/reference.ts';
import type { SourcePosition } from '../schema/compiled-schema.ts';
import type { View } from '../view/view.ts';
import { formatPlace } from './place.ts';

export type InvariantReason = 'INVARIANT_MULTIPLICITY' | 'INVARIANT_UNIQUE' | 'INVARIANT_REQUIRE';

export interface Violation {
  reason: InvariantReason;
  /** The rule as written. */
  rule: string;
  source: SourcePosition;
  /** What is wrong; called later, when the view may hold other tuples, but the same numbers. */
  what: (names: Names) => string;
}

/** The names of objects and nodes in a message. */
export class Names {
  private readonly view: View;
  private readonly mayName: (object: number) => boolean;

  /** @param mayName whether an object may be named to whoever reads the message */
  constructor(view: View, mayName: (object: number) => boolean) {
    this.view = view;
    this.mayName = mayName;
  }

  object(object: number): string {
    const type = this.view.graph.types.name(this.view.typeOf(object));
    return this.mayName(object) ? quoted(`${type}:${this.view.idOf(object)}`) : `another \`${type}\``;
  }

  /** An object, a wildcard or a set. */
  subject(object: number, relation: number): string {
    const type = this.view.graph.types.name(this.view.typeOf(object));
    const set = relation === ITSELF ? '' : `#${this.view.graph.relations.name(relation)}`;
    if (this.mayName(object)) return quoted(`${type}:${this.view.idOf(object)}${set}`);
    return set === '' ? `a \`${type}\`` : `a \`${type}${set}\``;
  }

  node(node: number): string {
    return this.subject(this.view.objectOf(node), this.view.relationOf(node));
  }
}

export function describeViolation({ rule, source, what }: Violation, names: Names): string {
  return `${what(names)}: \`${rule}\` (${formatPlace(source)})`;
}

export function violationError(violation: Violation, names: Names): PembaError {
  return new PembaError(
    violation.reason,
    `the write would break an invariant: ${describeViolation(violation, names)}; nothing was written`,
  );
}
