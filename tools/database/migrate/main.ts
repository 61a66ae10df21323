// `nx run <service>:migrate`: migrates the database of one service to the newest version: that of DATABASE_URL, or of the running stack.
import { dataFolder, developmentData } from '../../dev/stack/data-folder.ts';
import { runningStack } from '../../dev/stack/running-stack.ts';
import { databaseServices, migrationDirs } from './databases.ts';
import { migrate } from './migrate.ts';

const [service = ''] = process.argv.slice(2);
let failed = false;
try {
  const applied = await migrate({ databaseUrl: addressOf(service), migrationDirs: migrationDirs(service) });
  console.log(applied.length > 0 ? `${service}: applied ${applied.join(', ')}` : `${service}: nothing to apply`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  failed = true;
}
// Prisma's engine leaves a timer of ten seconds behind, for a lock that it has long had.
process.exit(failed ? 1 : 0);

function addressOf(name: string): string {
  if (!databaseServices.some((known) => known === name)) {
    throw new Error(`"${name}" has no database; those that have one are ${databaseServices.join(', ')}.`);
  }
  const address =
    process.env['DATABASE_SESSION_URL'] ??
    process.env['DATABASE_URL'] ??
    runningStack(dataFolder(developmentData()))?.databaseUrl(name);
  if (address) return address;
  throw new Error(
    'No stack is running here and DATABASE_URL is not set: start one by `npm start`, or say where the database is.',
  );
}
