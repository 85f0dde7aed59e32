/**
 * Holds the imports of src/ to the layers in .dependency-cruiser.cjs.
 *
 * Usage: node scripts/check-imports.mjs [root]    (root is the folder that holds src/)
 *
 * dependency-cruiser stays green on what it cannot read (with a TypeScript that lacks the JS API it sees
 * no module at all), so the modules it saw are compared with the files that are there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

const repository = resolve(fileURLToPath(import.meta.url), '../..');
const root = resolve(process.argv[2] ?? repository);

/** The .ts files under src/, as paths from the root with forward slashes. */
function sourceFiles() {
  const src = join(root, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function fail(lines) {
  for (const line of lines) console.error(line);
  console.error(`imports: failed, ${lines.length} ${lines.length === 1 ? 'problem' : 'problems'}`);
  process.exit(1);
}

const files = sourceFiles();
if (files.length === 0) fail([`no .ts file under ${join(root, 'src')}`]);

const { options, ...ruleSet } = await extractDepcruiseConfig(join(repository, '.dependency-cruiser.cjs'));
const { output } = await cruise(['src'], { ...options, baseDir: root, validate: true, ruleSet });

const seen = new Set(output.modules.map((module) => module.source).filter((path) => path.startsWith('src/')));
const unseen = files.filter((file) => !seen.has(file));
if (unseen.length > 0) fail(unseen.map((file) => `not seen by dependency-cruiser: ${file}`));

const comments = new Map(ruleSet.forbidden.map((rule) => [rule.name, rule.comment]));
const violations = output.summary.violations.map(({ rule, from, to, cycle }) => {
  const path = cycle ? [from, ...cycle.map((step) => step.name)] : from === to ? [from] : [from, to];
  return `${path.join(' -> ')}: ${comments.get(rule.name)} [${rule.name}]`;
});
if (violations.length > 0) fail(violations);

const own = output.modules.filter((module) => seen.has(module.source));
const dependencies = own.reduce((sum, module) => sum + module.dependencies.length, 0);
console.log(`imports: ${own.length} modules, ${dependencies} dependencies, no violations`);
