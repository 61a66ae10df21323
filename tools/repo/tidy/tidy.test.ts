// Rules about structure and files. The reason of each is in ARCHITECTURE.md or CONTRIBUTING.md; a rule that is wrong is changed here.
import { readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../database/migrate/databases.ts';
import { code, files, has, pages, projects, read, readJson, services, source } from './repository.ts';

type Manifest = {
  name: string;
  nx?: { tags: string[] };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

const lines = (file: string) => read(file).split('\n').length - 1;
const offenders = (list: readonly string[], bad: (file: string) => boolean) => list.filter(bad);

describe('the plan', () => {
  test('every project has a page and two files of configuration: its manifest, with tags, and one tsconfig', () => {
    for (const project of projects) {
      const { nx } = readJson<Manifest>(`${project}/package.json`);
      const name = project.split('/').at(-1);
      expect(nx?.tags, project).toEqual([expect.stringMatching(/^type:(app|lib|tool)$/), `scope:${name}`]);
      expect(
        offenders(['package.json', 'tsconfig.json', 'README.md'], (file) => !has(`${project}/${file}`)),
        project,
      ).toEqual([]);
      expect(
        files.filter((file) => file.startsWith(`${project}/`) && /\/(tsconfig.*|project)\.json$/.test(file)),
        project,
      ).toEqual([`${project}/tsconfig.json`]);
    }
  });

  test('a service has the files and folders of the plan and no others', () => {
    const entryPoints = ['main.ts', 'app.ts', 'config.ts'];
    // recover.ts is a program of its own: which messages Kafka has and a restored database lacks, only the service knows.
    const files = [...entryPoints, 'compose.ts', 'recover.ts'];
    const folders = [
      'http',
      'consumers',
      'jobs',
      'commands',
      'domain',
      'store',
      'clients',
      'reconciliation',
      'recovery',
      'streams',
    ];
    const channels = (service: string) => (service === 'notification' ? ['channels'] : []);
    for (const service of services) {
      const allowed = new Set([...files, ...folders, ...channels(service)]);
      const found = readdirSync(join(root, 'apps', service, 'src'));
      expect(
        found.filter((name) => !allowed.has(name)),
        service,
      ).toEqual([]);
      expect(
        entryPoints.filter((file) => !found.includes(file)),
        service,
      ).toEqual([]);
      expect(lines(`apps/${service}/src/main.ts`), `${service}/main.ts`).toBeLessThanOrEqual(30);
    }
  });

  test('only libs have an index.ts, and it names what it exports', () => {
    expect(
      code.filter(
        (file) => file.endsWith('/index.ts') && !/^(libs\/[^/]+\/src|tools\/dev\/stack)\/index\.ts$/.test(file),
      ),
    ).toEqual([]);
    expect(offenders(source, (file) => /^export \* from/m.test(read(file)))).toEqual([]);
    expect(
      offenders(
        source,
        (file) => file.endsWith('.ts') && /^export default/m.test(read(file)) && !/(config|\.d)\.ts$/.test(file),
      ),
    ).toEqual([]);
  });

  test('a package has one version in the whole repository, and that exactly', () => {
    const versions = new Map<string, Set<string>>();
    for (const manifest of ['package.json', ...projects.map((project) => `${project}/package.json`)]) {
      const { dependencies = {}, devDependencies = {} } = readJson<Manifest>(manifest);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
        expect(version, `${name} in ${manifest}`).toMatch(/^\d+\.\d+\.\d+/);
      }
    }
    expect([...versions].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([]);
  });

  test('a project that imports a package lists it in its manifest', () => {
    const missing = projects.flatMap((project) => {
      const { name: self, dependencies = {}, devDependencies = {} } = readJson<Manifest>(`${project}/package.json`);
      const known = new Set([
        self,
        ...Object.keys(dependencies),
        ...Object.keys(devDependencies),
        'vitest',
        'fast-check',
        '@oms/test-kit',
      ]);
      return code
        .filter((file) => file.startsWith(`${project}/`))
        .flatMap((file) =>
          [...read(file).matchAll(/^(?:import|export)\s[^;]*?from '([^.'][^']*)'/gm)].map(([, name]) => ({
            file,
            name: name ?? '',
          })),
        )
        .map(({ file, name }) => ({
          file,
          name: name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        }))
        .filter(
          ({ file, name }) =>
            !/^(node:|#)/.test(name) && !known.has(name) && !(name === 'pg' && file.includes('/test/')),
        )
        .map(({ file, name }) => `${file} imports ${name}`);
    });
    expect(missing).toEqual([]);
  });
});

describe('each file', () => {
  test('states its promise in its first line', () => {
    expect(offenders(source, (file) => !/^(\/\/|\/\*\*|#!)/.test(read(file)))).toEqual([]);
  });

  test('is at most 300 lines long', () => {
    expect(offenders(code, (file) => lines(file) > 300).map((file) => `${file}: ${lines(file)}`)).toEqual([]);
  });

  test('is named for the thing, in kebab-case', () => {
    const banned = /(^|[/-])(utils?|helpers?|common|manager|base|dto|misc)([.-]|\/)/;
    expect(offenders(code, (file) => banned.test(file))).toEqual([]);
    expect(offenders(code, (file) => /[A-Z_]/.test(file))).toEqual([]);
  });

  test('is finished', () => {
    const unfinished = /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck|expect-error)|\bas any\b/;
    const unrun = /\.(skip|only|todo)\(/;
    const bad = (file: string) => unfinished.test(read(file)) || (/test\.ts$/.test(file) && unrun.test(read(file)));
    expect(offenders(code, (file) => !file.startsWith('tools/repo/tidy') && bad(file))).toEqual([]);
  });

  test('does not sleep in a test', () => {
    const sleeps = /await (sleep|delay|setTimeout)\(|from 'node:timers\/promises'/;
    expect(offenders(code, (file) => file.includes('/test/') && sleeps.test(read(file)))).toEqual([]);
  });
});

describe('one client library behind one file', () => {
  test.each([
    // beside them, a test that allows users something, as an administrator does
    ['kafkajs', /^(libs\/messaging\/(src\/kafka\/|test\/)|tools\/deploy\/kubernetes\/test\/allow)/],
    ['avsc', /^(libs\/contracts|tools\/(contracts\/schemas|verification\/bench))\//],
    ['nodemailer', /^apps\/notification\/(src\/channels|test)\//],
  ])('%s', (library, home) => {
    const uses = new RegExp(`from '${library}['/]`);
    expect(offenders(code, (file) => uses.test(read(file)) && !home.test(file))).toEqual([]);
  });
});

describe('pages', () => {
  test('link to files that exist', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target]) => normalize(join(dirname(page), target ?? '')))
        .filter((target) => !has(target))
        .map((target) => `${page} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('every decision is in the index', () => {
    const index = read('docs/decisions/README.md');
    const decisions = files
      .filter((file) => /^docs\/decisions\/\d{4}-/.test(file))
      .map((file) => file.split('/').at(-1) ?? '');
    expect(decisions.filter((decision) => !index.includes(`(${decision})`))).toEqual([]);
  });

  test('the lockfile names no host', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
  });
});
