// node misname-field.mjs FILE FROM TO: gives a field of the schemas in a bundle another name, as nobody may.

import { readFileSync, writeFileSync } from 'node:fs';

const [file, from, to] = process.argv.slice(2);
const bundle = readFileSync(file, 'utf8');
const edited = bundle.replaceAll(new RegExp(`(\\\\?"name\\\\?":\\\\?")${from}(\\\\?")`, 'g'), `$1${to}$2`);
if (edited === bundle) throw new Error(`${file} has no schema with a field "${from}".`);
writeFileSync(file, edited);
