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

/** The environment variable in which `npm test` passes the addresses to the tests: a JSON list of stacks. */
export const testStackVariable = 'OMS_TEST_STACK';

/**
 * The stack of this test process. Processes that run at the same time use different stacks, as long as there are enough.
 * @throws Error saying how to run the test, when it was started without a stack.
 */
export function testStack(): TestStack {
  const stacks = JSON.parse(process.env[testStackVariable] || '[]') as TestStack[];
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 1);
  const stack = stacks[(worker - 1) % stacks.length];
  if (!stack) {
    throw new Error(
      `This test needs real PostgreSQL and Kafka, and ${testStackVariable} is not set. Run it by \`npm test -- <part of its path>\`, which starts them.`,
    );
  }
  return stack;
}
