// `nx run <service>:build`: bundles the named services, or all of them.

import { services } from '../../dev/stack/index.ts';
import { build } from './build.ts';

const named = process.argv.slice(2);
const bundles = await Promise.all((named.length > 0 ? named : services).map((service) => build(service)));
console.log(bundles.join('\n'));
