// `nx run <service>:build`: bundles the services named, or all that there are.

import { services } from '../../dev/stack/index.ts';
import { build } from './build.ts';

const named = process.argv.slice(2);
for (const service of named.length > 0 ? named : services) console.log(await build(service));
