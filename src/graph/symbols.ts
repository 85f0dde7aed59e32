/**
 * Numbers for the names of types and relations.
 *
 * They live as long as the graph and do not depend on the schema, so a new schema needs no new
 * graph. There are as many as schemas ever named: few enough for a Map.
 */
export class Symbols {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];

  constructor(first: string) {
    this.intern(first);
  }

  /** The name's number, or -1. */
  find(name: string): number {
    return this.numbers.get(name) ?? -1;
  }

  intern(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  name(number: number): string {
    return this.names[number];
  }

  get size(): number {
    return this.names.length;
  }
}
