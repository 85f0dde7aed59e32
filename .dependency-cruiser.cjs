/**
 * The folders of src/ are layers, and imports run one way. `scripts/check-imports.mjs` holds them to it.
 *
 * Type-only imports count: they say as much about what a folder knows as any other import.
 */

/** From the bottom up: a folder may import from itself and from those before it. */
const LAYERS = [
  'base',
  'model',
  'condition',
  'schema',
  'graph',
  'view',
  'engine',
  'judge',
  'tenant',
  'feed',
  'write',
  'service',
  'postgres',
  'rpc',
];

const below = (folder) => LAYERS.slice(0, LAYERS.indexOf(folder));

/** What each part of src/ may import of src/ beside itself: folders, or files at the top. */
const MAY_IMPORT = {
  ...Object.fromEntries(LAYERS.map((folder) => [folder, below(folder)])),
  // The service knows what is stored only by the interfaces that feed/, write/ and service/ declare.
  rpc: below('rpc').filter((folder) => folder !== 'postgres'),
  config: ['base'],
  embedded: ['base'],
  // The tools of the schema's author, beside the service: they stand on what it stands on.
  lsp: ['base', 'model', 'condition', 'schema'],
  'schema-test': ['base', 'model', 'condition', 'schema', 'graph', 'view', 'engine', 'judge'],
  picture: ['base'],
  client: ['base', 'model'],
  cli: ['base', 'model', 'picture', 'client'],
  // The composition root: the only module that may import from both postgres/ and rpc/.
  'main.ts': [...LAYERS, 'config', 'embedded'],
  'bin.ts': ['base', 'schema', 'lsp', 'schema-test', 'config', 'cli', 'main.ts'],
  // The public face. Nothing imports it.
  'index.ts': ['base', 'model', 'schema', 'config', 'client', 'main.ts'],
};

/** Which parts of src/ may import a package; a package that is not named here is free to all. */
const PACKAGE_OWNERS = [
  { name: 'pg', packages: 'pg|@types/pg', owners: ['postgres', 'embedded'] },
  { name: 'migrations', packages: 'node-pg-migrate|pg-[^/]+', owners: ['postgres'] },
  { name: 'grpc', packages: '@grpc/[^/]+|grpc-[^/]+', owners: ['rpc', 'client'] },
  { name: 'langium', packages: 'langium', owners: ['schema', 'lsp'] },
  { name: 'language server', packages: 'vscode-[^/]+', owners: ['lsp'] },
  { name: 'yaml', packages: 'yaml', owners: ['schema-test'] },
  { name: 'cel', packages: '@marcbachmann/cel-js', owners: ['condition'] },
  { name: 'layout', packages: '@dagrejs/[^/]+', owners: ['picture'] },
];

/** The folders that only compute. */
const PURE = ['graph', 'view', 'engine', 'judge'];

const quoted = (text) => text.replace(/\./g, '\\.');
const pattern = (part) => `${quoted(part)}${part.endsWith('.ts') ? '$' : '/'}`;
const inside = (...parts) => `^src/(?:${parts.map(pattern).join('|')})`;

const layerRules = Object.entries(MAY_IMPORT).map(([part, allowed]) => ({
  name: `layers-${part}`,
  comment: `${part} may import only itself${allowed.length === 0 ? '' : `, ${allowed.join(', ')}`}`,
  severity: 'error',
  from: { path: inside(part) },
  to: { path: '^src/', pathNot: inside(part, ...allowed) },
}));

const packageRules = PACKAGE_OWNERS.map(({ name, packages, owners }) => ({
  name: `package-${name}`,
  comment: `only ${owners.map((owner) => `${owner}/`).join(' and ')} may import ${packages}`,
  severity: 'error',
  from: { path: '^src/', pathNot: inside(...owners) },
  // The second form is what an import looks like whose package is not installed.
  to: { path: [`(?:^|/)node_modules/(?:${packages})/`, `^(?:${packages})(?:/|$)`] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...packageRules,
    {
      name: 'pure-no-node',
      comment: `${PURE.join('/, ')}/ compute; of Node's modules they may import only node:perf_hooks`,
      severity: 'error',
      from: { path: inside(...PURE) },
      to: { dependencyTypes: ['core'], pathNot: '^(?:node:)?perf_hooks$' },
    },
    {
      name: 'known-parts',
      comment: 'a folder or top file of src/ must have its place in MAY_IMPORT of .dependency-cruiser.cjs',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(...Object.keys(MAY_IMPORT)) },
      to: {},
    },
    {
      name: 'inside-src',
      comment: 'src/ imports nothing of the repository that is outside src/',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['local'], pathNot: '^src/' },
    },
    {
      name: 'no-cycles',
      comment: 'no cycles, not even of types',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'a module that imports nothing and that nothing imports has no place',
      severity: 'error',
      from: { path: '^src/', orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'what is imported must be there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'src/ imports only the dependencies that package.json declares for a user of the package',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
