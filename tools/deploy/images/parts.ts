// Collects the content of an image in dist/images/<image>/: its programs, one file each, and what they read. The Dockerfile calls this.

import { existsSync } from 'node:fs';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from '../build/build.ts';
import { bundle } from '../build/bundle.ts';
import { generate } from '../../database/generate/generate.ts';
import { databaseServices, migrationDirs, root } from '../../database/migrate/databases.ts';
import { services } from '../../dev/stack/stack.ts';

/** The development parts for a first try. They give tokens to every caller, so they are in no other image. */
const development = 'development';
/** What may be asked of an image by name, beside `main`, the service itself. */
const programsOf = (image: string): string[] => [
  'health',
  ...(image === development ? ['issuer', 'posts', 'databases'] : []),
  ...(databaseServices.some((name) => name === image) ? ['migrate', 'register', 'recover'] : []),
];

const image = process.argv[2] ?? '';
if (![...services, development].includes(image)) {
  console.error(`"${image}" is no image of ours: set SERVICE to one of ${[...services, development].join(', ')}.`);
  process.exit(64);
}
const out = join(root, 'dist/images', image);
await rm(out, { recursive: true, force: true });
for (const program of ['start', ...programsOf(image)]) {
  await bundle({
    // To recover its database is the service's own matter.
    entry:
      program === 'recover'
        ? join(root, 'apps', image, 'src/recover.ts')
        : join(import.meta.dirname, 'programs', `${program}.ts`),
    outfile: join(out, `${program}.js`),
    // oidc-provider finds the life of a token, and what is in it, by the name of its class.
    classNames: program === 'issuer',
  });
}
if (image !== development) await addService(image);
const programs = [...(image === development ? [] : ['main']), ...programsOf(image)];
// Without a type Node reads each file twice to find out which kind of module it is.
await writeFile(join(out, 'package.json'), JSON.stringify({ name: image, type: 'module', programs }));
console.log((await readdir(out)).join('\n'));

async function addService(service: string): Promise<void> {
  await generate([service]);
  const dist = dirname(await build(service));
  // Other folders there are other bundles, which do not ship.
  for (const entry of await readdir(dist, { withFileTypes: true })) {
    const isPart = entry.isFile() ? entry.name !== 'made-from.json' : entry.name === 'docs-page';
    if (isPart) await cp(join(dist, entry.name), join(out, entry.name), { recursive: true });
  }
  if (!programsOf(service).includes('migrate')) return;
  const [shared = '', own = ''] = migrationDirs(service);
  await cp(shared, join(out, 'migrations/messaging'), { recursive: true });
  if (existsSync(own)) await cp(own, join(out, 'migrations/service'), { recursive: true });
}
