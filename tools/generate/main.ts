// `npm run generate`, and `nx run <service>:generate`: Prisma clients, for the services named or for all.
import { generate, generateForBench } from './generate.ts';

const named = process.argv.slice(2);
const made = await generate(named.length > 0 ? named : undefined);
if (named.length === 0 && (await generateForBench())) made.push('the bench');
console.log(made.length > 0 ? `Prisma client made for ${made.join(', ')}` : 'Prisma clients are up to date');
