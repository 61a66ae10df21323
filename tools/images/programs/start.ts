// An image's first process: the service itself, or the program of the name given, such as `migrate`, which lies beside it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const [name = 'main'] = process.argv.slice(2);
const file = join(here, `${name}.js`);

if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  const programs = readdirSync(here).flatMap((one) => /^([a-z]+)\.js$/.exec(one)?.[1] ?? []);
  const known = programs.filter((one) => one !== 'main' && one !== 'start');
  const alone = programs.includes('main') ? ' With no name the service starts.' : '';
  console.error(
    name === 'main'
      ? `Name the program to run: ${known.join(', ')}.`
      : `This image has no program "${name}"; it has ${known.join(', ')}.${alone}`,
  );
  process.exit(64);
}
// Nothing ends a container's first process that does not ask to hear of it. The service does, and stops in order.
if (name !== 'main') {
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGINT', () => process.exit(130));
}
await import(pathToFileURL(file).href);
