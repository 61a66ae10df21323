// Writes what Avro's Java library says of the pairs of tools/contracts/schemas/cases/avro-pairs.ts into java-results.json beside them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { avroPairs } from '../schemas/cases/avro-pairs.ts';
import { comparePairs } from './avro-java.ts';
import { prepareJava } from './java.ts';

const java = await prepareJava(dataFolder(join(root, '.data/interop')));
const said = await comparePairs(java, avroPairs);
const results = Object.fromEntries(avroPairs.map(({ name }, at) => [name, said[at]!.compatible]));
const path = join(root, 'tools/contracts/schemas/cases/java-results.json');
await writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
console.log(`wrote ${avroPairs.length} results to ${path}`);
