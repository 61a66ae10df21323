// Builds one image from docker/service.Dockerfile, with labels that name its sources.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { docker, dockerOutput } from './docker.ts';

/** The base that the Dockerfile itself names, unless OMS_IMAGE_NODE names another. */
export const baseImage = process.env['OMS_IMAGE_NODE'] || 'node:24-bookworm-slim';

/** Returns its size in MB. `loud` shows Docker's progress. Throws Error with Docker's words. */
export async function buildImage({
  base,
  service,
  tag,
  loud,
}: {
  service: string;
  tag: string;
  base: string;
  loud?: boolean;
}): Promise<number> {
  const labels = { NODE_IMAGE: base, SERVICE: service, VERSION: versionOf(service), REVISION: revision() };
  const settings = Object.entries(labels).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const { code, output } = await docker(
    ['build', '--file', 'docker/service.Dockerfile', ...settings, '--tag', tag, '.'],
    { cwd: root, loud: loud ?? false },
  );
  if (code !== 0) throw new Error(`The image of ${service} could not be built:\n${loud ? '' : output}`);
  return Number(await dockerOutput(['image', 'inspect', '--format', '{{.Size}}', tag])) / 1_000_000;
}

/** Each service has versions of its own; `development` is no service. */
export function versionOf(service: string): string {
  const own = join(root, 'apps', service, 'package.json');
  const manifest = existsSync(own) ? own : join(root, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** The commit, and whether there was more in the folder than it; `unknown` outside of git. */
function revision(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-changed');
  } catch {
    return 'unknown';
  }
}
