import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { formatSchema } from '../../../src/schema/format/format-schema.ts';
import { Choices } from '../../oracle/choices.ts';
import { randomSchema } from '../../oracle/random-schema.ts';
import { schemaText } from '../../oracle/schema-text.ts';
import { randomSeed } from '../../support/random.ts';
import { noisy } from './noise.ts';

const PLATFORM = readFileSync('test/schema/files/platform.pemba', 'utf8');

/** Every construct that the platform has not. */
const REST = `schema rest
import "base/people.pemba"
condition c(\`of\` map<string, list<int>>, b any) { b == "}" && 1 in \`of\`["{"] }
extend type person { permission rest = nobody relation more : person with c expires | person:* [0..3]
  = direct except (self and direct) revoked by subject.rest
  require unique more, other require more excludes other require more contains other require other.more contains more
  relation other : person with c must expire unique = direct granted by nobody revoked by (self or every more.rest) or rest of more }
type empty {}
type type { relation relation : type#relation }
`;

function formatted(text: string): string | undefined {
  return formatSchema({ path: 'test.pemba', text }).text;
}

/** What a text means: all of the compiled schema but the places. */
async function meaningOf(text: string): Promise<unknown> {
  const { schema, diagnostics } = await compileSchema({ path: 'test.pemba', text });
  const told = diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`).sort();
  const meaning = JSON.stringify(schema, (key, value) => {
    return key === 'source' || key === 'at' ? undefined : value;
  });
  return { meaning, told };
}

describe('a formatted schema', () => {
  test('has one declaration or member a line, and the columns of neighbours aligned', () => {
    const text = `schema   platform
type user type team{relation lead:user [1] granted by lead or self
relation members : user|team # member
unique   = direct granted  by lead
  permission a=lead
  permission see = ( lead or members ) except   nobody }
type group { roles a[1..]granted by a>b : user granted by b created   by
a require one of a,b }
condition c(x list<int>,y  map < any >) {  x  > 1 }`;
    expect(formatted(text.replace('team # member', 'team#member'))).toBe(`schema platform
type user

type team {
  relation lead    : user [1]   granted by lead or self
  relation members : user | team#member unique = direct   granted by lead
  permission a   = lead
  permission see = (lead or members) except nobody
}

type group {
  roles a [1..] granted by a > b : user   granted by b
  created by a
  require one of a, b
}

condition c(x list<int>, y map<any>) {  x  > 1 }
`);
  });

  test('keeps comments with what they stand at', () => {
    const text = `// first


// second
type user // of the type
/// documentation


type team { // of the brace
    // alone

  // before a


  relation a : user // of a
  permission b = a or // why
    a
    // last
} // of the end

// at the end`;
    expect(formatted(text)).toBe(`// first

// second
type user  // of the type

/// documentation

type team {  // of the brace
  // alone

  // before a

  relation a : user  // of a
  permission b = a or  // why
    a
  // last
}  // of the end

// at the end
`);
  });

  test('has a ladder in one line, or a rung a line where there are comments', () => {
    const text = `type user
type team {
  roles a
    > b : user
  roles
  // of c
  c > // of the arrow
      /// of d
      d : user granted by c
}`;
    expect(formatted(text)).toBe(`type user

type team {
  roles a > b : user
  roles
    // of c
    c >  // of the arrow
    /// of d
    d : user   granted by c
}
`);
  });

  test('breaks what is too long, clauses first', () => {
    const names = (n: number): string =>
      Array.from({ length: n }, (_, i) => `some_relation_${i}`).join(' or ');
    const text = `type t { relation r : t granted by ${names(5)} revoked by ${names(4)} permission p = ${names(8)} }`;
    expect(formatted(text)).toBe(`type t {
  relation r : t
    granted by some_relation_0 or some_relation_1 or some_relation_2 or some_relation_3 or some_relation_4
    revoked by some_relation_0 or some_relation_1 or some_relation_2 or some_relation_3
  permission p = some_relation_0 or some_relation_1 or some_relation_2 or some_relation_3 or some_relation_4
    or some_relation_5 or some_relation_6 or some_relation_7
}
`);
  });

  test('lets what is much longer than its neighbours stand out', () => {
    const long = 'a_name_much_longer_than_the_others';
    expect(formatted(`type t { permission a = self permission bcd = self permission ${long} = self }`)).toBe(
      `type t {\n  permission a   = self\n  permission bcd = self\n  permission ${long} = self\n}\n`,
    );
  });

  test('keeps imports and the bodies of conditions as they are', () => {
    const body = '{\r\n\t x ==   "}"  // why\n}';
    expect(formatted(`import   "a.pemba"\ncondition c(x any)${body}\n`)).toBe(
      `import "a.pemba"\n\ncondition c(x any) ${body}\n`,
    );
  });

  test('has the line breaks of Windows where all of the text has', () => {
    expect(formatted('type a\r\ntype   b\r\n')).toBe('type a\r\ntype b\r\n');
    expect(formatted('type a\r\ntype   b\n')).toBe('type a\ntype b\n');
  });

  test.each(['', '\uFEFF', ' \n\n '])('of no text is empty (%j)', (text) => {
    expect(formatted(text)).toBe('');
  });

  test.each(['type', 'type a {', 'type a { relation b c }', 'type a # comment', 'type a\0'])(
    'is refused where the text is not to be read: %j',
    (text) => {
      const { text: result, diagnostics } = formatSchema({ path: 'test.pemba', text });
      expect(result).toBeUndefined();
      expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toContain('error syntax');
    },
  );

  test('need not mean anything', () => {
    expect(formatted('type a { relation b : relation c:unknown permission d=c.e or c and c }')).toBe(
      'type a {\n  relation b :\n  relation c : unknown\n  permission d = c.e or c and c\n}\n',
    );
  });
});

describe('the schemas of the repository', () => {
  test('the first one to read is formatted', () => {
    const text = readFileSync('schema/lamin.pemba', 'utf8');
    expect(formatted(text)).toBe(text);
  });

  test.each(readdirSync('schema').filter((name) => name.endsWith('.pemba')))('%s formats once', (name) => {
    const once = formatted(readFileSync(`schema/${name}`, 'utf8'));
    expect(once).toBeDefined();
    expect(formatted(once ?? '')).toBe(once);
  });
});

describe('formatting', () => {
  test.each([
    ['the platform', PLATFORM],
    ['the rest of the language', REST],
  ])('keeps the meaning of %s, and formats only once', async (_, text) => {
    const once = formatted(text);
    expect(once).toBeDefined();
    expect(formatted(once ?? '')).toBe(once);
    expect(await meaningOf(once ?? '')).toEqual(await meaningOf(text));
  });

  test('keeps the meaning of random schemas with random white space and comments, and formats only once', async () => {
    const seed = randomSeed();
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (number) => {
        const choices = Choices.from(number);
        const plain = choices.oneOf([PLATFORM, REST, schemaText(randomSchema(choices))]);
        const text = noisy(plain, choices, choices.oneOf([0, 5, 50]));
        const once = formatted(text);
        expect(once, text).toBeDefined();
        expect(formatted(once ?? '')).toBe(once);
        expect(await meaningOf(once ?? '')).toEqual(await meaningOf(text));
      }),
      { numRuns: Number(process.env.PEMBA_FUZZ_RUNS ?? 100), seed },
    );
  });

  test('of what means nothing, but can be read, formats only once and loses nothing', async () => {
    const seed = randomSeed();
    const numRuns = Number(process.env.PEMBA_FUZZ_RUNS ?? 400);
    let read = 0;
    fc.assert(
      fc.property(fc.integer(), (number) => {
        const choices = Choices.from(number);
        const pieces = noisy(choices.oneOf([PLATFORM, REST]), choices, 5).split(/(?<=\s)(?=\S)/);
        for (let changes = 1 + choices.below(3); changes > 0; changes--) {
          const at = choices.below(pieces.length);
          // Mostly a word for a word, so that what comes of it can be read.
          const isWord = /^\w/.test(pieces[at] ?? '') && choices.chance(80);
          const other = choices.oneOf(isWord ? pieces.filter((piece) => /^\w/.test(piece)) : pieces);
          pieces.splice(at, isWord ? 1 : choices.below(3), other);
        }
        const text = pieces.join('');
        const once = formatted(text);
        if (once === undefined) return;
        read++;
        expect(once.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns, seed },
    );
    // Otherwise the texts are too broken to say anything.
    expect(read).toBeGreaterThan(numRuns / 40);
  });
});
