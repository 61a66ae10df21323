// CI does what docs/releasing.md says: images of the changed services only, with the least rights, by pinned programs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../../dev/command/run.ts';
import { programOf } from '../../kubernetes/programs.ts';
import { root } from '../../../database/migrate/databases.ts';
import { databaseServices, services } from '../../../dev/stack/services.ts';

type Job = { permissions?: Record<string, string>; steps: { uses?: string; run?: string }[] };
type Workflow = { permissions: Record<string, string>; jobs: Record<string, Job> };

const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
const workflow = parse(text) as Workflow;

describe('images are built of', () => {
  const affectedBy = async (file: string) => {
    const args = ['show', 'projects', '--affected', '--withTarget', 'image', '--files', file];
    const { code, out, err } = await run(join(root, 'node_modules/.bin/nx'), args, {
      cwd: root,
      env: { NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' },
    });
    expect(code, err).toBe(0);
    return out.split('\n').filter(Boolean).toSorted();
  };

  test.each<[string, string, readonly string[]]>([
    ['a service that was changed, and no other', 'apps/order/src/domain/order.ts', ['order']],
    ['the four that speak on Kafka, when messaging was changed', 'libs/messaging/src/relay/relay.ts', databaseServices],
    ['all, when the recipe was changed', 'docker/service.Dockerfile', services],
    ['all, when what lays their parts together was changed', 'tools/deploy/images/parts.ts', services],
    ['none, when a page was changed', 'docs/releasing.md', []],
    ['none, when a proof was changed', 'tools/verification/chaos/main.ts', []],
  ])('%s', async (_, file, wanted) => {
    expect(await affectedBy(file)).toEqual(wanted.toSorted());
  });
});

describe('the workflow', () => {
  const jobs = Object.entries(workflow.jobs);

  test('runs what runs here', () => {
    const commands = jobs.flatMap(([, { steps }]) => steps.map((step) => step.run ?? ''));
    expect(commands).toContain('.ci/run');
    expect(commands.some((command) => command.startsWith('.ci/images'))).toBe(true);
    expect(readFileSync(join(root, '.gitlab-ci.yml'), 'utf8')).toMatch(/\.ci\/run[^]*\.ci\/images/);
  });

  test('may read, and only the job that pushes images may write, and those alone', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const more = jobs.flatMap(([name, { permissions }]) => (permissions ? [[name, permissions]] : []));
    expect(more).toEqual([['images', { contents: 'read', packages: 'write' }]]);
  });

  test('names each action by its commit, and says which version that is', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('is one that GitHub takes, as actionlint says', async ({ annotate }) => {
    const actionlint = await programOf('actionlint').catch((error: Error) => error);
    if (actionlint instanceof Error) {
      await annotate(`The workflow was not checked: ${actionlint.message}.`, 'without');
      return;
    }
    const { code, out } = await run(actionlint, ['-shellcheck=', '-pyflakes=', '.github/workflows/ci.yml'], {
      cwd: root,
    });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    const broken = await run(actionlint, ['-shellcheck=', '-pyflakes=', '-'], {
      input: text.replace('needs: test', 'needs: tests'),
    });
    expect(broken.code).not.toBe(0);
  });
});

describe('.ci/images', () => {
  const images = (args: string[], env: Record<string, string>) =>
    run(join(root, '.ci/images'), args, { cwd: root, env });

  test('refuses a tag that is not the version of its commit', async () => {
    const { code, err } = await images(['order@99.0.0'], { OMS_IMAGES: 'registry.example.com/oms' });
    expect(code).toBe(1);
    expect(err).toMatch(/^The tag says order@99\.0\.0, and apps\/order\/package\.json says \d+\.\d+\.\d+/);
  });

  test('names the missing settings', async () => {
    expect((await images([], { OMS_IMAGES: 'x' })).err).toContain('a release as order@1.2.0');
    expect((await images(['order@1.2.0'], { OMS_IMAGES: '' })).err).toContain(
      'OMS_IMAGES: Set it to registry and path',
    );
  });
});
