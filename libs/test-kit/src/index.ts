// Real PostgreSQL, Kafka and registry for tests, and a few functions that tests share.
export { openEventStream, type EventStreamClient, type StreamEvent } from './event-stream.ts';
export { createFaultProxy, type FaultProxy, type NetworkFault } from './fault-proxy.ts';
export { createDatabase, templateOf, type TestDatabase } from './database.ts';
export { pgbouncer, startPgBouncer } from './pgbouncer.ts';
export { specify, type Decider } from './specification.ts';
export { itemAccountOf, itemAccountViolations, type ItemAccount } from './stock-invariant.ts';
export { testStack, testStackVariable, type TestStack } from './stack.ts';
export { tokenFor } from './token.ts';
export { until } from './until.ts';
