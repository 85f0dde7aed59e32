import type { NamedMember } from '../language/generated/ast.ts';
import { componentsOf } from './components.ts';
import type { Dependency } from './dependencies.ts';

/** Members and what they depend on, to be asked for cycles. */
export class DependencyGraph {
  readonly #from = new Map<NamedMember, Dependency[]>();
  readonly #component: ReadonlyMap<NamedMember, number>;

  constructor(dependencies: Dependency[]) {
    for (const dependency of dependencies) {
      const known = this.#from.get(dependency.from);
      if (known === undefined) this.#from.set(dependency.from, [dependency]);
      else known.push(dependency);
    }
    this.#component = componentsOf([...this.#from.keys()], (member) => this.#targets(member));
  }

  /** The number of the knot of recursion that both ends of a dependency are in; undefined if none. */
  knotOf({ from, to }: Dependency): number | undefined {
    const knot = this.#component.get(from);
    return this.#component.get(to) === knot ? knot : undefined;
  }

  /**
   * The shortest way from `start` to `goal`, two members of one knot; empty if they are the same.
   */
  shortestPath(start: NamedMember, goal: NamedMember): Dependency[] {
    const cameBy = new Map<NamedMember, Dependency | undefined>([[start, undefined]]);
    for (const member of cameBy.keys()) {
      if (member === goal) return path(cameBy, goal);
      for (const dependency of this.#from.get(member) ?? []) {
        if (!cameBy.has(dependency.to)) cameBy.set(dependency.to, dependency);
      }
    }
    return [];
  }

  #targets(member: NamedMember): NamedMember[] {
    return (this.#from.get(member) ?? []).map(({ to }) => to);
  }
}

function path(cameBy: ReadonlyMap<NamedMember, Dependency | undefined>, goal: NamedMember): Dependency[] {
  const steps: Dependency[] = [];
  let step = cameBy.get(goal);
  while (step !== undefined) {
    steps.push(step);
    step = cameBy.get(step.from);
  }
  return steps.reverse();
}
