// `oms recover <service>`: runs the service's `recover` program on a running stack, to find what Kafka has and the restored database lacks.
import { Argument, Command } from 'commander';
import { databaseServices, type DatabaseService } from '../../stack/services.ts';

const examples = `
DATABASE_URL, KAFKA_BROKERS and REGISTRY_URL say where; without them it is the development stack that runs here.
Stop the service before, and read docs/operations.md. Exits with 1 when something is left.

Examples:
  npm run -s oms -- recover order --since 2026-01-31T12:00:00Z          # look only
  npm run -s oms -- recover order --since 2026-01-31T12:00:00Z --fix    # write it down`;

export function recoverCommand(): Command {
  return new Command('recover')
    .description("Finds what Kafka has and a service's database has not, after it was restored to an earlier moment.")
    .addArgument(new Argument('<service>', 'whose database was restored').choices(databaseServices))
    .requiredOption('--since <time>', 'the moment it was restored to, or earlier, as in 2026-01-31T12:00:00Z')
    .option('--fix', 'write it down; without it nothing is written')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (service: DatabaseService, { since, fix, json }: { since: string; fix?: true; json?: true }) => {
      const { recoverHere } = await import('../../recover/recover.ts');
      const flags = ['--since', since, ...(fix ? ['--fix'] : []), ...(json ? ['--json'] : [])];
      process.exitCode = await recoverHere(service, flags);
    });
}
