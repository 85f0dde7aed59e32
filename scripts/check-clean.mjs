/**
 * Fails if the repository names the machine or the network it was written on.
 *
 * Usage: node scripts/check-clean.mjs [root]
 *
 * It looks at every file that git tracks or would add, and apart from that at package-lock.json and .npmrc.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? resolve(fileURLToPath(import.meta.url), '../..'));

/** The rules for the text of every file; `except` names the files a rule leaves alone. */
const TEXT_RULES = [
  { what: 'a path of the machine it was written on', pattern: /(?<![\w.~/-])\/work\// },
  { what: 'a path in a home directory', pattern: /(?<![\w.~/-])\/(?:root|(?:home|Users)\/[\w.-]+)\// },
  // Documentation may show such a path to a reader; code asks os.tmpdir() or mktemp.
  { what: 'a path in the temporary directory', pattern: /(?<![\w.~/-])\/tmp\//, except: /\.md$/ },
  {
    what: 'a package registry',
    pattern:
      /\/\/[\w.-]*\bregistry\.[\w-]|\bregistry\.(?:[\w-]+\.)*(?:cn|com|dev|internal|io|lan|local|net|org)\b/,
  },
];

/** Keys under which the authors of packages put addresses of their own into a lock file. */
const LOCK_KEYS_WITH_ADDRESSES = new Set(['funding', 'deprecated']);
const ADDRESS = /:\/\/|^git[+@:]|\blocalhost\b/;

/** What an .npmrc must not say: where packages come from and who asks for them. */
const NPMRC_RULE = /registry|proxy|\/\/|_auth|_password|cafile|nodedir|prefix/i;

function listFiles() {
  // The clone may belong to another user than the one who runs this.
  const git = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout, stderr } = spawnSync('git', git, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`git ls-files failed: ${stderr}`);
  return stdout
    .split('\0')
    .filter((file) => file !== '' && lstatSync(join(root, file), { throwIfNoEntry: false })?.isFile());
}

/** The rules for text, and one for the path of this very checkout where that is long enough to be told. */
function textRules() {
  if (!/^\/[^/]+\/./.test(root)) return TEXT_RULES;
  const path = root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return [
    ...TEXT_RULES,
    { what: 'the path of this checkout', pattern: new RegExp(`(?<![\\w.~/-])${path}(?![\\w-])`) },
  ];
}

function checkText(file, text, rules) {
  return text
    .split('\n')
    .flatMap((line, i) =>
      rules
        .filter(({ pattern, except }) => !except?.test(file) && pattern.test(line))
        .map(({ what }) => `${file}:${i + 1}: names ${what}: ${line.trim().slice(0, 120)}`),
    );
}

function checkLock(value, path) {
  if (typeof value === 'string') {
    return ADDRESS.test(value) ? [`package-lock.json: ${path} names a host: ${value}`] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    LOCK_KEYS_WITH_ADDRESSES.has(key) ? [] : checkLock(inner, path === '' ? key : `${path} > ${key}`),
  );
}

function checkNpmrc(text) {
  return text
    .split('\n')
    .filter((line) => NPMRC_RULE.test(line) && !/^\s*omit-lockfile-registry-resolved\s*=/.test(line))
    .map((line) => `.npmrc: ${line.split('=')[0].trim()} belongs to a machine, not to the repository`);
}

const files = listFiles();
const rules = textRules();
const problems = [];
let texts = 0;
for (const file of files) {
  const bytes = readFileSync(join(root, file));
  if (bytes.includes(0)) continue;
  texts++;
  problems.push(...checkText(file, bytes.toString('utf8'), rules));
}
if (texts === 0) problems.push(`no text file seen under ${root}`);

const lock = join(root, 'package-lock.json');
if (!existsSync(lock)) problems.push('package-lock.json is missing');
else problems.push(...checkLock(JSON.parse(readFileSync(lock, 'utf8')), ''));
const npmrc = join(root, '.npmrc');
if (existsSync(npmrc)) problems.push(...checkNpmrc(readFileSync(npmrc, 'utf8')));

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`clean: failed, ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  process.exit(1);
}
console.log(
  `clean: ${texts} text files, package-lock.json${existsSync(npmrc) ? ' and .npmrc' : ''} name no machine`,
);
