/** Reads `NAME.test.yaml`. */
import type { Node } from 'yaml';
import { didYouMean } from '../base/nearest.ts';
import { parseTimestamp } from '../base/timestamp.ts';
import { REFUSALS, type Refusal } from '../judge/refusal.ts';
import { parseObject } from '../model/reference.ts';
import { parseTupleWhole, type Tuple } from '../model/tuple.ts';
import { isTupleLine } from '../model/tuple-lines.ts';
import { readQuestion, readResourcesOf, readSubjectsOf } from './read-questions.ts';
import type {
  Context,
  Expectations,
  Listing,
  Problem,
  Question,
  TestFile,
  TestWorld,
  TestWrite,
} from './test-file.ts';
import { type Fields, YamlReader } from './yaml-reader.ts';

const EXPECTATIONS = ['allowed', 'denied', 'conditional', 'resources', 'subjects'];
const WORLD = ['tuples', 'now', ...EXPECTATIONS, 'writes'];
const FILE = ['schema', ...WORLD, 'tests'];
const WRITE = ['name', 'as', 'add', 'remove', 'context', 'now', 'expect', 'because', 'then'];

/** All that is wrong is told, not only the first of it. @returns no file if there is anything */
export function readTestFile(text: string): { file: TestFile | undefined; problems: Problem[] } {
  const reader = new TestFileReader(text);
  const file = reader.read();
  const problems = reader.problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { file: problems.length === 0 ? file : undefined, problems };
}

class TestFileReader {
  readonly #yaml: YamlReader;

  constructor(text: string) {
    this.#yaml = new YamlReader(text);
  }

  get problems(): Problem[] {
    return this.#yaml.problems;
  }

  read(): TestFile | undefined {
    const fields = this.#yaml.root(FILE);
    if (fields === undefined) return undefined;
    const node = fields.get('schema');
    if (node === undefined) {
      this.#yaml.problem(
        fields,
        'there is no `schema`; write `schema: FILE` with a path from the folder of this file',
      );
      return undefined;
    }
    const schema = this.#yaml.string(node, '`schema`') ?? '';
    const main = this.#world(fields);
    const tests = this.#yaml.items(fields.get('tests'), 'tests').flatMap((each) => this.#test(each, main));
    return { schema, schemaAt: this.#yaml.placeOf(node), worlds: [main, ...tests] };
  }

  #test(node: Node, main: TestWorld): TestWorld[] {
    const fields = this.#yaml.fields(node, ['name', ...WORLD], 'a test');
    if (fields === undefined) return [];
    const world = this.#world(fields);
    const name = this.#optionalString(fields, 'name');
    const now = world.now ?? main.now;
    return [
      {
        ...world,
        ...(name === undefined ? {} : { name }),
        ...(now === undefined ? {} : { now }),
        tuples: [...main.tuples, ...world.tuples],
      },
    ];
  }

  #world(fields: Fields): TestWorld {
    const tuples = fields.get('tuples');
    const now = this.#time(fields.get('now'));
    return {
      line: fields.line,
      column: fields.column,
      tuples: tuples === undefined ? [] : this.#tupleLines(tuples),
      tuplesAt: tuples === undefined ? fields : this.#yaml.placeOf(tuples),
      ...(now === undefined ? {} : { now }),
      expectations: this.#expectations(fields),
      writes: this.#yaml.items(fields.get('writes'), 'writes').flatMap((each) => this.#write(each)),
    };
  }

  #tupleLines(node: Node): Tuple[] {
    return this.#yaml.lines(node, '`tuples`').flatMap(({ text, place }) => {
      // Only at the start of a line does `#` start a comment.
      if (!isTupleLine(text.trim())) return [];
      return this.#yaml.attempt(place, () => parseTupleWhole(text.trim())) ?? [];
    });
  }

  #expectations(fields: Fields): Expectations {
    const questions = (key: string): Question[] =>
      this.#strings(fields.get(key), key, (text, node) => readQuestion(text, this.#yaml.placeOf(node)));
    return {
      allowed: questions('allowed'),
      denied: questions('denied'),
      conditional: questions('conditional'),
      resources: this.#listings(fields, 'resources', readResourcesOf),
      subjects: this.#listings(fields, 'subjects', readSubjectsOf),
    };
  }

  #listings<Of>(
    fields: Fields,
    key: string,
    read: (text: string) => { of: Of; context: Context },
  ): Listing<Of>[] {
    return this.#yaml.items(fields.get(key), key).flatMap((node) => {
      const entry = this.#yaml.fields(node, ['of', 'are'], `an entry of \`${key}\``);
      if (entry === undefined) return [];
      const [of, are] = [entry.get('of'), entry.get('are')];
      if (of === undefined || are === undefined) {
        this.#yaml.problem(
          entry,
          `an entry of \`${key}\` needs \`of\` and \`are\`; \`are: []\` says that there are none`,
        );
        return [];
      }
      const text = this.#yaml.string(of, '`of`');
      const ids = this.#strings(are, 'are', (id) => id);
      const found =
        text === undefined ? undefined : this.#yaml.attempt(this.#yaml.placeOf(of), () => read(text));
      return text === undefined || found === undefined
        ? []
        : [{ line: entry.line, column: entry.column, text, are: ids, ...found }];
    });
  }

  #write(node: Node): TestWrite[] {
    const fields = this.#yaml.fields(node, WRITE, 'a write');
    if (fields === undefined) return [];
    const tuples = (key: string): Tuple[] =>
      this.#strings(fields.get(key), key, (text) => parseTupleWhole(text.trim()));
    const [name, because, then] = [
      this.#optionalString(fields, 'name'),
      this.#because(fields),
      fields.get('then'),
    ];
    const thenFields = then === undefined ? undefined : this.#yaml.fields(then, EXPECTATIONS, '`then`');
    const actor = this.#actor(fields);
    const now = this.#time(fields.get('now'));
    const expect = this.#expect(fields);
    if (because !== undefined && expect === 'accepted')
      this.#yaml.problem(
        fields,
        '`because` says why a write is refused; leave it out of one that is accepted',
      );
    const [add, remove] = [tuples('add'), tuples('remove')];
    if (fields.get('add') === undefined && fields.get('remove') === undefined)
      this.#yaml.problem(fields, 'a write needs `add` or `remove`');
    return [
      {
        line: fields.line,
        column: fields.column,
        add,
        remove,
        expect,
        context: this.#yaml.context(fields.get('context')),
        ...(name === undefined ? {} : { name }),
        ...(actor === undefined ? {} : { actor }),
        ...(now === undefined ? {} : { now }),
        ...(because === undefined ? {} : { because }),
        ...(thenFields === undefined ? {} : { afterwards: this.#expectations(thenFields) }),
      },
    ];
  }

  #actor(fields: Fields): TestWrite['actor'] {
    const node = fields.get('as');
    const text = node === undefined ? undefined : this.#yaml.string(node, '`as`');
    return node === undefined || text === undefined
      ? undefined
      : this.#yaml.attempt(this.#yaml.placeOf(node), () => parseObject(text, 'as'));
  }

  #expect(fields: Fields): TestWrite['expect'] {
    const node = fields.get('expect');
    const text = node === undefined ? undefined : this.#yaml.string(node, '`expect`');
    if (text === 'accepted' || text === 'refused') return text;
    const place = node === undefined ? fields : this.#yaml.placeOf(node);
    if (node === undefined || text !== undefined)
      this.#yaml.problem(
        place,
        'a write says what is expected; write `expect: accepted` or `expect: refused`',
      );
    return 'accepted';
  }

  #because(fields: Fields): Refusal | undefined {
    const node = fields.get('because');
    const text = node === undefined ? undefined : this.#yaml.string(node, '`because`');
    if (node === undefined || text === undefined) return undefined;
    const found = REFUSALS.find((each) => each === text);
    if (found === undefined) {
      const known =
        didYouMean(text, REFUSALS) || `; write one of ${REFUSALS.map((each) => `\`${each}\``).join(', ')}`;
      this.#yaml.problem(this.#yaml.placeOf(node), `nothing is refused because of \`${text}\`${known}`);
    }
    return found;
  }

  #time(node: Node | undefined): number | undefined {
    const text = node === undefined ? undefined : this.#yaml.string(node, '`now`');
    if (node === undefined || text === undefined) return undefined;
    const ms = parseTimestamp(text);
    if (ms === undefined)
      this.#yaml.problem(
        this.#yaml.placeOf(node),
        `\`${text}\` is no point in time; write it as \`2030-01-01T00:00:00Z\``,
      );
    return ms;
  }

  #optionalString(fields: Fields, key: string): string | undefined {
    const node = fields.get(key);
    return node === undefined ? undefined : this.#yaml.string(node, `\`${key}\``);
  }

  #strings<T>(node: Node | undefined, key: string, read: (text: string, node: Node) => T): T[] {
    return this.#yaml.items(node, key).flatMap((item) => {
      const text = this.#yaml.string(item, `an entry of \`${key}\``);
      return text === undefined
        ? []
        : (this.#yaml.attempt(this.#yaml.placeOf(item), () => [read(text, item)]) ?? []);
    });
  }
}
