// Runs the docker command: returns its output, or the reason why it cannot run.

import { run } from '../../dev/command/run.ts';

export type Said = { code: number; output: string };

/** Runs `docker` to its end, as `run` does; `output` is what it wrote to either stream. */
export async function docker(args: readonly string[], options: { cwd?: string; loud?: boolean } = {}): Promise<Said> {
  const { code, out, err } = await run('docker', args, options);
  return { code, output: `${out}${err}`.trim() };
}

/** What a successful command printed. Throws Error with its words when it failed. */
export async function dockerOutput(args: readonly string[]): Promise<string> {
  const { code, output } = await docker(args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} failed (${code}): ${output}`);
  return output;
}

/** Why no image can be built here on this base, in one sentence; null when it can. Nothing is fetched to find out. */
export async function whyNoImage(base: string): Promise<string | null> {
  const daemon = await docker(['version', '--format', '{{.Server.Version}}']);
  if (daemon.code === 127) return 'there is no docker command';
  if (daemon.code !== 0) return 'no Docker daemon answers';
  const image = await docker(['image', 'inspect', '--format', '{{.Id}}', base]);
  return image.code === 0 ? null : `Docker has no image ${base}; OMS_IMAGE_NODE may name another`;
}
