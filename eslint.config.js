// Which code may import which, held by lint: between projects by tags, between the folders of a service by the paths of imports.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const mayUse = (scope, ...others) => ({
  sourceTag: `scope:${scope}`,
  onlyDependOnLibsWithTags: [`scope:${scope}`, ...others.map((other) => `scope:${other}`)],
});
const appsFolder = join(import.meta.dirname, 'apps');
const servicesBehindTheGateway = readdirSync(appsFolder).filter(
  (app) => app !== 'gateway' && existsSync(join(appsFolder, app, 'src/app.ts')),
);
const serviceLibs = ['contracts', 'messaging', 'group-commit', 'service-kit', 'failpoint', 'test-kit'];

/** Imports that these files may not have: `[regular expression, why]`. */
const refuse = (files, ...refused) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: refused.map(([regex, message]) => ({ regex, message })) }],
  },
});
const kafkaClient = ['^kafkajs', 'Only libs/messaging/src/kafka/ knows the Kafka client.'];
const testKit = ['^@oms/test-kit', 'Tests only.'];
const roots = ['/(main|app|compose|recover)\\.ts$', 'These files put the folders together; no folder imports them.'];
const sql = ['^pg$', 'SQL belongs in store/, reconciliation/ and recovery/.'];

/** The folders of a service, and which of the others each may import. The reasons are in ARCHITECTURE.md. */
const mayImport = {
  http: ['commands', 'store', 'domain', 'reconciliation', 'streams'],
  consumers: ['commands', 'store', 'domain'],
  jobs: ['commands', 'store', 'domain', 'clients'],
  commands: ['store', 'clients', 'domain'],
  domain: [],
  store: ['domain'],
  clients: ['domain'],
  reconciliation: ['store', 'clients', 'domain'],
  recovery: ['store', 'clients', 'domain'],
  streams: ['store', 'domain'],
  channels: ['store', 'domain'],
};
const folder = (name, ...refused) => {
  const allowed = [name, ...mayImport[name]];
  const others = Object.keys(mayImport).filter((other) => !allowed.includes(other));
  const otherFolders = [
    `^\\.\\.?/(.*/)?(${others.join('|')})/`,
    `${name}/ imports these folders of its service at most: ${allowed.join(', ')}.`,
  ];
  return refuse([`apps/*/src/${name}/**/*.ts`], testKit, kafkaClient, roots, otherFolders, ...refused);
};

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/generated', '.data', '.nx', '.cache'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, prettier],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // Subpath imports of Node: what a package's own package.json maps such a name to.
          allow: ['^#'],
          depConstraints: [
            mayUse('contracts', 'test-kit'),
            mayUse('group-commit', 'outage', 'failpoint', 'test-kit'),
            mayUse('messaging', 'contracts', 'outage', 'failpoint', 'test-kit'),
            mayUse('service-kit', 'outage', 'failpoint', 'test-kit'),
            mayUse('outage'),
            mayUse('client'),
            mayUse('failpoint'),
            mayUse('test-kit'),
            mayUse('gateway', 'service-kit', 'failpoint', 'test-kit'),
            ...servicesBehindTheGateway.map((app) => mayUse(app, ...serviceLibs)),
            mayUse('tools', 'client', ...serviceLibs),
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  // These compose the services in one process, or use their own rules and statements.
  {
    files: [
      'tools/verification/{simulation,invariants}/**/*.ts',
      'tools/verification/bench/order-lists.ts',
      'tools/contracts/openapi/**/*.ts',
    ],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // bodies of replies and rows are looked at as they come
    files: [
      '**/test/**/*.ts',
      'tools/{dev/client,dev/demo,verification/harness,verification/chaos,verification/rollout,verification/journey,repo/test}/**/*.ts',
    ],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: [
      'apps/*/src/config.ts',
      'libs/service-kit/src/config.ts',
      'libs/failpoint/src/failpoint.ts',
      'libs/test-kit/src/stack.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in config.ts.' },
      ],
    },
  },
  refuse(['libs/*/src/**/*.ts'], testKit, kafkaClient),
  { files: ['libs/messaging/src/kafka/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  refuse(['apps/*/src/*.ts'], testKit, kafkaClient),
  folder('http', sql),
  folder('consumers'),
  folder('jobs'),
  folder('commands', sql),
  folder('domain', [
    '^(?!\\.|@oms/contracts$|@oms/service-kit/(refusal|text|window)$|node:crypto$|liquidjs$)',
    'domain/ is pure: contracts, Refusal, the rules of texts and windows, and hashing only.',
  ]),
  folder('store'),
  folder('clients', sql),
  folder('reconciliation'),
  folder('recovery'),
  folder('streams', sql),
  folder('channels'),
);
