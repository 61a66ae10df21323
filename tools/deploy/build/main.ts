// `nx run <service>:build`: bundles the services named, or all that there are; prints the path of each bundle, a line each.

import { services } from '../../dev/stack/index.ts';
import { build } from './build.ts';

const named = process.argv.slice(2);
const bundles = await Promise.all((named.length > 0 ? named : services).map((service) => build(service)));
console.log(bundles.join('\n'));
