// `oms schemas check|generate|publish|register`: may the contracts change like this, and bring them to the registry.
// What does the work is loaded by the command that needs it: the other commands answer at once.
import { exitCodes } from '../exit-codes.ts';
import { Command, Option } from 'commander';
import { count } from '../../command/numbers.ts';

export function schemasCommand(): Command {
  return new Command('schemas')
    .description('Checks, generates and registers the contracts of the messages on Kafka.')
    .addCommand(
      new Command('check')
        .description(
          'Finds offline what the registry or a running consumer would refuse. Exits with 1 when it finds anything.',
        )
        .action(check),
    )
    .addCommand(
      new Command('generate')
        .description('Writes the files made from the schemas: types, and an example for each consumer that has none.')
        .action(generate),
    )
    .addCommand(
      new Command('publish')
        .description('Lists the versions that are final now in published.json: from then on each stays as it is.')
        .action(publish),
    )
    .addCommand(
      new Command('register')
        .description(
          'Creates the topics, sets compatibility and registers every schema. Safe to run again. How to reach Kafka by TLS and as a user is read from KAFKA_TLS, KAFKA_SASL_MECHANISM and so on, as by the services.',
        )
        .addOption(
          new Option('--registry <url>', 'the schema registry')
            .env('REGISTRY_URL')
            .default('http://127.0.0.1:8081/apis/ccompat/v7'),
        )
        .addOption(new Option('--brokers <list>', 'Kafka, as host:port').env('KAFKA_BROKERS').default('127.0.0.1:9092'))
        .option('--replication-factor <n>', "copies of each new topic, the brokers' default unless given", count)
        .option('--min-insync-replicas <n>', 'replicas that must have a message before it is acknowledged', count)
        .option('--dry-run', 'ask brokers and registry, say what would be made, and change nothing', false)
        .action(register),
    );
}

type RegisterCommandOptions = {
  registry: string;
  brokers: string;
  replicationFactor?: number;
  minInsyncReplicas?: number;
  dryRun: boolean;
};

async function register({ registry, brokers, ...options }: RegisterCommandOptions): Promise<void> {
  const { register } = await import('../../../contracts/schemas/register.ts');
  const { kafkaAccess, kafkaSettings, loadConfig, Type } = await import('@oms/service-kit');
  const { REGISTRY_URL: _, ...settings } = kafkaSettings;
  const kafka = kafkaAccess(loadConfig(Type.Object(settings), { ...process.env, KAFKA_BROKERS: brokers }));
  const report = await register({ ...options, registryUrl: registry, kafka });
  console.log(JSON.stringify(report, null, 2));
}

async function generate(): Promise<void> {
  const { generateContracts } = await import('../../../contracts/schemas/generate.ts');
  const written = await generateContracts();
  console.log(written.map((path) => `wrote ${path}`).join('\n') || 'Types and examples are up to date.');
}

async function publish(): Promise<void> {
  const { publish } = await import('../../../contracts/schemas/published.ts');
  const keys = publish();
  console.log(keys.map((key) => `published ${key}`).join('\n') || 'Every version is in published.json already.');
}

async function check(): Promise<void> {
  const { checkSchemas } = await import('../../../contracts/schemas/check.ts');
  const violations = await checkSchemas();
  for (const { path, message } of violations) console.error(path ? `${path}: ${message}` : message);
  if (violations.length > 0) process.exitCode = exitCodes.found;
  else
    console.log(
      'The schemas may be merged: they parse, agree with their topics and are compatible with every earlier version; each consumer has its examples.',
    );
}
