// The first process of an image: the service, or the named program, such as `migrate`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
/** `main` is the service. */
const { programs } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as { programs: string[] };
const [name = 'main'] = process.argv.slice(2);

if (!programs.includes(name)) {
  const known = programs.filter((program) => program !== 'main').join(', ');
  const alone = programs.includes('main') ? ' With no name the service starts.' : '';
  console.error(
    name === 'main'
      ? `Name the program to run: ${known}.`
      : `This image has no program "${name}"; it has ${known}.${alone}`,
  );
  process.exit(64);
}
// A signal without a handler does not end the first process of a container. The service has handlers, and stops in order.
if (name !== 'main') {
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGINT', () => process.exit(130));
}
await import(pathToFileURL(join(here, `${name}.js`)).href);
