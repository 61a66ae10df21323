// `npm run generate`, and `nx run <service>:generate`: Prisma clients, for the services named or for all; for all, alerts, dashboards, the
// pages that tell of settings, and the API client too.
import { generatePages } from '../../repo/configuration/generate.ts';
import { generateObservability } from '../../observability/generate.ts';
import { generate, generateForBench } from './generate.ts';

const named = process.argv.slice(2);
const made = await generate(named.length > 0 ? named : undefined);
if (named.length === 0 && (await generateForBench())) made.push('the bench');
console.log(made.length > 0 ? `Prisma client made for ${made.join(', ')}` : 'Prisma clients are up to date');
const written = named.length === 0 ? await generateOthers() : [];
if (written.length > 0) console.log(`wrote ${written.join(', ')}`);
// The services that the API document is made from are composed, and never stopped.
process.exit();

async function generateOthers(): Promise<string[]> {
  // Loaded only now, as it needs the Prisma clients.
  const { generateClient } = await import('../../contracts/openapi/generate.ts');
  return [...(await generateObservability()), ...(await generatePages()), ...(await generateClient())];
}
