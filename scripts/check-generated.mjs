/**
 * Fails unless what is generated into the repository is what generation yields now.
 *
 * Each generator writes into a temporary folder, which is compared with its folder in the repository file
 * by file: other bytes, a missing file and a file that nothing generates are all problems.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const LANGIUM_CONFIG = 'langium-config.json';

/**
 * What generates what: `generate` writes into the folder it is given the content of `folder`, or of it the
 * files that `owns` says are generated.
 */
const GENERATORS = [
  { folder: 'src/schema/language/generated', generate: generateLanguage },
  { folder: 'proto', owns: (file) => file.endsWith('.binpb'), generate: generateDescriptors },
];

/** Runs langium-cli with the project's configuration, its outputs moved into `target`. */
function generateLanguage(target, folder) {
  const path = join(root, LANGIUM_CONFIG);
  const config = JSON.parse(readFileSync(path, 'utf8'));
  const out = resolve(dirname(path), config.out ?? '.');
  const moved = (file) => join(target, relative(join(root, folder), file));
  config.out = moved(out);
  for (const language of config.languages) {
    language.grammar = resolve(dirname(path), language.grammar);
    for (const extra of ['textMate', 'monarch', 'prism', 'railroad', 'bnf', 'diagram']) {
      if (language[extra]?.out) language[extra].out = moved(resolve(out, language[extra].out));
    }
  }
  const copy = join(target, '..', LANGIUM_CONFIG);
  writeFileSync(copy, JSON.stringify(config));
  const cli = join(root, 'node_modules/langium-cli/bin/langium.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'generate', '--file', copy], {
    cwd: root,
    encoding: 'utf8',
  });
  rmSync(copy);
  if (status !== 0) throw new Error(`langium generate failed:\n${stdout}${stderr}`);
}

/** Runs `buf build` as `npm run generate` does. */
function generateDescriptors(target) {
  const buf = join(root, 'node_modules/@bufbuild/buf/bin/buf');
  const output = join(target, 'pemba.binpb');
  const args = ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', output];
  mkdirSync(target);
  const { status, stdout, stderr } = spawnSync(process.execPath, [buf, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`buf build failed:\n${stdout}${stderr}`);
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** What differs between the folder in the repository and the one just generated. */
function differences(folder, generated, owns = () => true) {
  const before = filesUnder(join(root, folder)).filter(owns);
  const after = filesUnder(generated);
  if (after.length === 0) return [`${folder}: generation yielded no file`];
  return [...new Set([...before, ...after])].sort().flatMap((file) => {
    if (!before.includes(file)) return [`${folder}/${file}: is generated but missing here`];
    if (!after.includes(file)) return [`${folder}/${file}: nothing generates it`];
    const same = readFileSync(join(root, folder, file)).equals(readFileSync(join(generated, file)));
    return same ? [] : [`${folder}/${file}: differs from what generation yields`];
  });
}

const problems = [];
let count = 0;
for (const { folder, generate, owns } of GENERATORS) {
  const scratch = mkdtempSync(join(tmpdir(), 'pemba-generated-'));
  try {
    const target = join(scratch, 'out');
    generate(target, folder);
    problems.push(...differences(folder, target, owns));
    count += filesUnder(target).length;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error('generated: failed; generate again and commit what it yields');
  process.exit(1);
}
console.log(`generated: ${count} files are what generation yields`);
