// The house's arrows, held by lint: between projects by tags, between the rooms of a service by the paths of imports.
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

/** Imports that a room may not have: `[regular expression, why]`. */
const room = (files, ...refused) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: refused.map(([regex, message]) => ({ regex, message })) }],
  },
});
const kafkaClient = ['^kafkajs', 'Only libs/messaging/src/kafka.ts knows the Kafka client.'];
const testKit = ['^@oms/test-kit', 'Tests only.'];
const roots = ['/(main|app)\\.ts$', 'app.ts composes the rooms; no room knows it.'];

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/generated', '.data', '.nx', '.cache'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, prettier],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          depConstraints: [
            mayUse('contracts', 'test-kit'),
            mayUse('group-commit', 'failpoint', 'test-kit'),
            mayUse('messaging', 'contracts', 'failpoint', 'test-kit'),
            mayUse('service-kit', 'failpoint', 'test-kit'),
            mayUse('failpoint'),
            mayUse('test-kit'),
            mayUse('gateway', 'service-kit', 'failpoint', 'test-kit'),
            ...servicesBehindTheGateway.map((app) => mayUse(app, ...serviceLibs)),
            mayUse('tools', ...serviceLibs),
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
  // The simulation puts the services' own rooms together in one process, which nobody else may.
  { files: ['tools/simulate/**/*.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
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
  room(['libs/*/src/**/*.ts'], testKit, kafkaClient),
  { files: ['libs/messaging/src/kafka*.ts'], rules: { 'no-restricted-imports': 'off' } },
  room(['apps/*/src/*.ts'], testKit, kafkaClient),
  room(
    ['apps/*/src/http/**/*.ts'],
    testKit,
    kafkaClient,
    roots,
    ['/consumers/', 'http/ does not know the other door.'],
    ['^pg$', 'SQL lives in store/.'],
  ),
  room(['apps/*/src/consumers/**/*.ts'], testKit, kafkaClient, roots, [
    '/http/',
    'consumers/ does not know the other door.',
  ]),
  room(['apps/*/src/store/**/*.ts'], testKit, kafkaClient, roots, [
    '/(http|consumers|channels)/',
    'store/ knows only domain/.',
  ]),
  room(['apps/*/src/channels/**/*.ts'], testKit, kafkaClient, roots, [
    '/(http|consumers)/',
    'channels/ knows only domain/ and store/.',
  ]),
  room(
    ['apps/*/src/domain/**/*.ts'],
    testKit,
    roots,
    ['/(http|consumers|store|channels)/', 'domain/ is pure: it knows no other room.'],
    [
      '^(?!\\.|@oms/contracts$|@oms/service-kit/refusal$|node:crypto$|liquidjs$)',
      'domain/ is pure: contracts, Refusal and hashing only.',
    ],
  ),
);
