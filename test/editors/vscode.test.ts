import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONTAINER_TYPES, SCALAR_TYPES } from '../../src/condition/definition.ts';
import { pembaServices } from '../../src/schema/language/pemba-services.ts';

const FOLDER = 'editors/vscode';

interface Rule {
  name?: string;
  match?: string;
  begin?: string;
  end?: string;
  captures?: Record<string, { name: string }>;
  include?: string;
  patterns?: Rule[];
}

interface Grammar {
  scopeName: string;
  patterns: Rule[];
  repository: Record<string, Rule>;
}

function json<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as T;
}

const grammar = json<Grammar>('syntaxes/pemba.tmLanguage.json');

/** The words of the language, as its lexer knows them. */
function keywords(): string[] {
  const { definition } = pembaServices().parser.Lexer;
  return Object.keys(definition).filter((name) => /^[a-z]+$/.test(name));
}

/** All rules, with those that they include. */
function rulesOf({ patterns = [] }: Rule): Rule[] {
  return patterns.flatMap((rule) => [rule, ...rulesOf(rule)]);
}

/** The scope of the first word of a text outside of declarations. */
function scopeOf(text: string, word: string): string | undefined {
  const at = text.indexOf(word);
  for (const { match, name } of grammar.repository.words?.patterns ?? []) {
    const pattern = new RegExp(match ?? '', 'y');
    pattern.lastIndex = at;
    if (pattern.test(text)) return name;
  }
  return undefined;
}

describe('the extension for Visual Studio Code', () => {
  test('names files that are there', () => {
    const manifest = json<{
      main: string;
      contributes: {
        languages: { configuration: string; extensions: string[] }[];
        grammars: { path: string; scopeName: string }[];
      };
    }>('package.json');
    const { languages, grammars } = manifest.contributes;
    const files = [
      manifest.main,
      ...languages.map((each) => each.configuration),
      ...grammars.map((each) => each.path),
    ];
    expect(files.filter((name) => !existsSync(join(FOLDER, name)))).toEqual([]);
    expect(languages.map(({ extensions }) => extensions)).toEqual([['.pemba']]);
    expect(grammars.map(({ scopeName }) => scopeName)).toEqual([grammar.scopeName]);
    expect(json<object>('language-configuration.json')).toHaveProperty('comments.lineComment', '//');
  });

  test('has a grammar of valid patterns that include only what is there', () => {
    const rules = [grammar, ...Object.values(grammar.repository)].flatMap((rule) => [
      rule as Rule,
      ...rulesOf(rule),
    ]);
    for (const { match, begin, end, include } of rules) {
      for (const pattern of [match, begin, end])
        if (pattern !== undefined) expect(() => new RegExp(pattern)).not.toThrow();
      if (include !== undefined) expect(Object.keys(grammar.repository)).toContain(include.slice(1));
    }
  });

  test('colours the words of the language, and no others', () => {
    const coloured = rulesOf(grammar.repository.words ?? {})
      .filter(({ name }) =>
        /^(?:keyword\.(?:declaration|other|operator\.word)|constant\.language)/.test(name ?? ''),
      )
      .flatMap(({ match = '' }) => [...(/\(\?:([a-z|]+)\)/.exec(match)?.[1] ?? '').split('|')]);
    expect(coloured.sort()).toEqual(keywords().sort());
    for (const word of keywords()) {
      expect(scopeOf(`a ${word} b`, word), word).toMatch(/^(?:keyword|constant)\./);
      for (const name of [`${word}_x`, `x-${word}`, `${word}/y`])
        expect(scopeOf(`a ${name} b`, name), name).toBe('variable.other.pemba');
      expect(scopeOf(`a workspace.${word} b`, word), `workspace.${word}`).toBe('variable.other.pemba');
    }
  });

  test('knows the types of parameters', () => {
    const rule = rulesOf(grammar.repository.condition ?? {}).find(
      ({ name }) => name === 'support.type.pemba',
    );
    const types = /\(([a-z|]+)\)/.exec(rule?.match ?? '')?.[1]?.split('|') ?? [];
    expect(types.sort()).toEqual([...SCALAR_TYPES, ...CONTAINER_TYPES].sort());
  });
});
