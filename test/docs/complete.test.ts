/** What there is has its place in the pages, and what they name is there. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/command-line.ts';
import { blocksOf, pages, pathOf, ROOT, readPage } from './blocks.ts';
import { methodNames } from './json-calls.ts';

const names = await pages();

/** The names that headings of the second level have, as `## one, two`. */
function headings(page: string): string[] {
  return [...readPage(page).matchAll(/^## (.*)$/gm)].flatMap(([, heading = '']) => heading.split(', '));
}

/** What a link to a heading ends in. */
function anchorsOf(markdown: string): string[] {
  const withoutCode = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages', () => {
  it('have each call with a request and an answer', () => {
    const api = names.filter((name) => name.startsWith('api'));
    const missing = methodNames().filter((name) => {
      const [, method = ''] = name.split('/');
      const isAsked = api.some((page) =>
        blocksOf(page).some(
          ({ words: [kind, asked] }) => kind === 'request' && [name, method].includes(asked ?? ''),
        ),
      );
      return !isAsked || !api.some((page) => headings(page).includes(method));
    });
    expect(methodNames().length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it('have each command', async () => {
    const { out } = await run(['--help']);
    const commands = [
      ...out.slice(out.indexOf('Commands:'), out.indexOf('Examples:')).matchAll(/^ {2}([a-z-]+)/gm),
    ].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(15);
    expect(commands.filter((name) => name !== 'help')).toEqual(
      expect.arrayContaining(headings('command-line.md')),
    );
    const without = commands.filter(
      (name) => name !== 'help' && !headings('command-line.md').includes(name ?? ''),
    );
    expect(without).toEqual([]);
  });

  it('are all named by the README', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    expect(names.filter((name) => !readme.includes(`(docs/${name})`))).toEqual([]);
  });

  it.each(['../README.md', '../CHANGELOG.md', ...names])('%s: links lead somewhere', (name) => {
    const dead = [...readPage(name).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^https?:/.test(link)) return [];
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? pathOf(name) : join(dirname(pathOf(name)), path);
      if (!existsSync(target)) return [link];
      if (anchor === undefined) return [];
      return anchorsOf(readPage(join('..', target.slice(ROOT.length)))).includes(anchor) ? [] : [link];
    });
    expect(dead).toEqual([]);
  });
});
