// Which unit tests a change can break: those of the project and of the projects that use it, and those that read the repository's files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { projects } from '../tidy/repository.ts';
import type { Fingerprints } from './green-run.ts';

type Manifest = { name: string; dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

/** Their subject is what is in the files of all projects: rules, pages, charts, dashboards. They run after any change. */
const readTheRepository = [
  'tools/repo/tidy/',
  'tools/repo/configuration/',
  'tools/contracts/asyncapi/',
  'tools/deploy/compose/',
  'tools/deploy/kubernetes/',
  'tools/observability/test/',
];
const allUnitTests = ['apps/', 'libs/', 'tools/'];

/** Parts of test paths; none when nothing changed. Test kits are used without being named in a manifest, so a change there counts for all. */
export function unitTestsFor(now: Fingerprints, green: Fingerprints | null): readonly string[] {
  if (!green) return allUnitTests;
  const changed = [...new Set([...Object.keys(now), ...Object.keys(green)])].filter(
    (file) => now[file] !== green[file],
  );
  return testsOfChanged(changed, usersOfProjects());
}

/** `users` has the projects that import a project, directly or not, by its folder. */
export function testsOfChanged(
  changed: readonly string[],
  users: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (changed.length === 0) return [];
  if (changed.some((file) => /^(package-lock\.json|tsconfig|vitest\.config|libs\/test-kit\/)/.test(file)))
    return allUnitTests;
  const touched = [...users.keys()].filter((project) => changed.some((file) => file.startsWith(`${project}/`)));
  const affected = new Set(touched.flatMap((project) => [project, ...(users.get(project) ?? [])]));
  const own = [...affected].filter((project) => project !== 'tools' || touched.some((one) => !one.startsWith('apps/')));
  return [...own.map((project) => `${project}/`), ...readTheRepository];
}

function usersOfProjects(): Map<string, string[]> {
  const uses = new Map(projects.map((project) => [project, usedBy(project)]));
  const users = (project: string): string[] => {
    const found = new Set<string>();
    const visit = (one: string): void => {
      for (const [user, used] of uses)
        if (used.includes(one) && !found.has(user)) {
          found.add(user);
          visit(user);
        }
    };
    visit(project);
    return [...found];
  };
  return new Map(projects.map((project) => [project, users(project)]));
}

/** The tools import libraries by name and the composition of services by path. */
function usedBy(project: string): string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(root, project, 'package.json'), 'utf8'),
  ) as Manifest;
  const named = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith('@oms/'))
    .map((name) => `libs/${name.slice('@oms/'.length)}`);
  return project === 'tools' ? [...named, ...projects.filter((one) => one.startsWith('apps/'))] : named;
}
