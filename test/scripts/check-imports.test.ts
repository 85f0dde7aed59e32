import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/check-imports.mjs');

interface Outcome {
  status: number | null;
  stdout: string;
  /** The lines of stderr. */
  problems: string[];
}

/** Runs the check on a temporary tree with these files. */
function check(files: Record<string, string>): Outcome {
  const root = mkdtempSync(join(tmpdir(), 'pemba-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
    return { status, stdout, problems: stderr.split('\n').filter((line) => line !== '') };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A module that imports each of these for its value. */
function importing(...specifiers: string[]): string {
  return specifiers.map((specifier, i) => `export { x as x${i} } from '${specifier}';\n`).join('');
}

const LEAF = 'export const x = 1;\n';

describe('the check of imports', () => {
  it('passes a tree whose imports run downwards and counts what it saw', () => {
    const outcome = check({
      'src/base/a.ts': LEAF,
      'src/graph/b.ts': importing('../base/a.ts', 'node:perf_hooks'),
      'src/engine/c.ts': importing('../graph/b.ts', '../base/a.ts'),
      'src/postgres/d.ts': importing('../engine/c.ts', 'node:fs'),
      'src/rpc/e.ts': importing('../engine/c.ts'),
      'src/main.ts': importing('./postgres/d.ts', './rpc/e.ts'),
    });
    expect(outcome).toEqual({
      status: 0,
      stdout: 'imports: 6 modules, 9 dependencies, no violations\n',
      problems: [],
    });
  });

  it.each([
    ['an empty tree', {}],
    ['a src/ that holds no TypeScript', { 'src/base/a.js': LEAF }],
  ])('fails on %s', (_, files) => {
    const { status, stdout, problems } = check(files);
    expect(problems[0]).toContain('no .ts file under');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  it('fails on a tree with one forbidden import', () => {
    expect(check({ 'src/base/a.ts': importing('../model/b.ts'), 'src/model/b.ts': LEAF })).toEqual({
      status: 1,
      stdout: '',
      problems: [
        'src/base/a.ts -> src/model/b.ts: base may import only itself [layers-base]',
        'imports: failed, 1 problem',
      ],
    });
  });

  it('fails on files that dependency-cruiser passes over, whose imports nobody has looked at', () => {
    const files = {
      'src/base/a.ts': LEAF,
      'src/base/b.ts': importing('./a.ts'),
      'src/base/node_modules/x/c.ts': importing('../../../../rpc/e.ts'),
      'src/base/node_modules/x/d.ts': LEAF,
    };
    const { status, stdout, problems } = check(files);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(problems.sort()).toEqual([
      'imports: failed, 2 problems',
      'not seen by dependency-cruiser: src/base/node_modules/x/c.ts',
      'not seen by dependency-cruiser: src/base/node_modules/x/d.ts',
    ]);
  });
});

describe('what the check of imports finds', () => {
  let found: Outcome;

  beforeAll(() => {
    found = check({
      'src/base/leaf.ts': LEAF,
      'src/base/orphan.ts': LEAF,
      'src/base/gone.ts': importing('./no-such-file.ts'),
      'src/base/outside.ts': importing('../../test/support.ts'),
      'src/base/cycle-a.ts': importing('./cycle-b.ts'),
      'src/base/cycle-b.ts': importing('./cycle-a.ts'),
      'src/model/leaf.ts': LEAF,
      'src/model/types-a.ts': "import type { B } from './types-b.ts';\nexport type A = B;\n",
      'src/model/types-b.ts': "import type { A } from './types-a.ts';\nexport type B = A;\n",
      'src/graph/type-only.ts': "import type { X } from '../engine/leaf.ts';\nexport type Y = X;\n",
      'src/graph/dynamic.ts': "export const x = await import('../engine/leaf.ts');\n",
      'src/engine/leaf.ts': 'export const x = 1;\nexport type X = number;\n',
      'src/engine/node.ts': importing('node:fs'),
      'src/judge/bare-node.ts': importing('fs'),
      'src/service/packages.ts': importing('pg', 'langium/lsp', '@grpc/grpc-js', 'node-pg-migrate'),
      'src/embedded/packages.ts': importing('pg', 'node-pg-migrate'),
      'src/postgres/leaf.ts': LEAF,
      'src/rpc/database.ts': importing('../postgres/leaf.ts', '../main.ts'),
      'src/config/model.ts': importing('../model/leaf.ts'),
      'src/client/cli.ts': importing('../cli/leaf.ts'),
      'src/cli/leaf.ts': LEAF,
      'src/cli/engine.ts': importing('../engine/leaf.ts', '@grpc/grpc-js'),
      'src/util/new-folder.ts': importing('../base/leaf.ts'),
      'src/main.ts': importing('./cli/leaf.ts'),
      'src/bin.ts': importing('./postgres/leaf.ts'),
      'test/support.ts': LEAF,
    });
  });

  it.each([
    ['a type-only import upwards', 'src/graph/type-only.ts -> src/engine/leaf.ts', 'layers-graph'],
    ['a dynamic import upwards', 'src/graph/dynamic.ts -> src/engine/leaf.ts', 'layers-graph'],
    ['rpc importing postgres', 'src/rpc/database.ts -> src/postgres/leaf.ts', 'layers-rpc'],
    ['a folder importing main', 'src/rpc/database.ts -> src/main.ts', 'layers-rpc'],
    ['config importing more than base', 'src/config/model.ts -> src/model/leaf.ts', 'layers-config'],
    ['client importing cli', 'src/client/cli.ts -> src/cli/leaf.ts', 'layers-client'],
    ['cli importing the engine', 'src/cli/engine.ts -> src/engine/leaf.ts', 'layers-cli'],
    ['main importing cli', 'src/main.ts -> src/cli/leaf.ts', 'layers-main.ts'],
    ['bin importing postgres', 'src/bin.ts -> src/postgres/leaf.ts', 'layers-bin.ts'],
    ['a folder without a place', 'src/util/new-folder.ts -> src/base/leaf.ts', 'known-parts'],
    ["one of Node's modules in the engine", 'src/engine/node.ts -> fs', 'pure-no-node'],
    ['the same without its prefix', 'src/judge/bare-node.ts -> fs', 'pure-no-node'],
    ['pg outside postgres', 'src/service/packages.ts -> pg', 'package-pg'],
    ['migrations outside postgres', 'src/embedded/packages.ts -> node-pg-migrate', 'package-migrations'],
    ['langium outside schema', 'src/service/packages.ts -> langium/lsp', 'package-langium'],
    ['gRPC outside rpc and client', 'src/cli/engine.ts -> @grpc/grpc-js', 'package-grpc'],
    ['a cycle', 'src/base/cycle-a.ts -> src/base/cycle-b.ts -> src/base/cycle-a.ts', 'no-cycles'],
    ['a cycle of types', 'src/model/types-a.ts -> src/model/types-b.ts -> src/model/types-a.ts', 'no-cycles'],
    ['an orphan', 'src/base/orphan.ts', 'no-orphans'],
    ['an import of what is not there', 'src/base/gone.ts -> ./no-such-file.ts', 'resolvable'],
    ['an import from outside src', 'src/base/outside.ts -> test/support.ts', 'inside-src'],
  ])('is %s', (_, path, rule) => {
    const lines = found.problems.filter(
      (line) => line.startsWith(`${path}: `) && line.endsWith(` [${rule}]`),
    );
    expect(lines, found.problems.join('\n')).toHaveLength(1);
  });

  it('leaves the owners of a package alone', () => {
    expect(found.problems.filter((line) => line.startsWith('src/embedded/packages.ts -> pg: '))).toEqual([
      'src/embedded/packages.ts -> pg: what is imported must be there [resolvable]',
    ]);
  });
});
