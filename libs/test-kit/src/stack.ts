// The addresses of the real PostgreSQL, Kafka, registry, mail catcher and issuer that `npm test` has started.

export type TestStack = {
  adminDatabaseUrl: string;
  kafkaBrokers: string[];
  registryUrl: string;
  smtpUrl: string;
  mailPageUrl: string;
  slackUrl: string;
  webhookUrl: string;
  postsPageUrl: string;
  issuerUrl: string;
  serviceClients: Record<string, { id: string; secret: string }>;
};

/** The environment variable by which `npm test` hands the addresses to the tests. */
export const testStackVariable = 'OMS_TEST_STACK';

/** @throws Error saying how to run the test, when it was started without a stack. */
export function testStack(): TestStack {
  const addresses = process.env[testStackVariable];
  if (!addresses) {
    throw new Error(
      `This test needs real PostgreSQL and Kafka, and ${testStackVariable} is not set. Run it by \`npm test -- <part of its path>\`, which starts them.`,
    );
  }
  return JSON.parse(addresses) as TestStack;
}
