/** What every process needs: configuration, HTTP server, identity, pools, logs, metrics, traces, start and stop. */

export { Refusal } from './refusal.ts';
export {
  databaseProblems,
  kitProblems,
  problemOf,
  problemType,
  type FieldError,
  type Problem,
  type ProblemCatalogue,
} from './problems.ts';
export type { Caller, Role } from './identity/caller.ts';
export { createIdentity, type Identity } from './identity/identity.ts';
export { createServiceToken } from './identity/service-token.ts';
export { createHttpClient, UnreachableError, type HttpClient } from './http-client.ts';
export { createHttp, type Http, type HttpOptions } from './http/create-http.ts';
export { explanationRoute, ServiceExplanation, type KnownOfOrder, type MessageEvidence } from './http/explanation.ts';
export { overdueEventIdsMax, overdueOrdersRoute, type OverdueOrders } from './http/overdue-orders.ts';
export { bodyTooSlow } from './http/deadlines.ts';
export { bearerToken } from './http/guard.ts';
export { columnsOf, ExportedFile, ExportFormat, sendExport } from './http/export.ts';
export { beginReport, type ReportReply } from './http/report.ts';
export { brokenLine, uploadedLines, type UploadedLine } from './http/uploaded-lines.ts';
export { createCheck } from './http/validation.ts';
export { csvLineOf, parseCsvLine, type CsvValue } from './csv.ts';
export { listen } from './http/listen.ts';
export { beginEventStream, type EventStreamReply } from './http/event-stream.ts';
export { disconnectSignal } from './http/disconnect-signal.ts';
export { etagOf, isKnown, versionsIn } from './http/etag.ts';
export { deadLetterRoutes } from './http/dead-letters.ts';
export type { DeadLetterAdmin } from './http/dead-letter-schemas.ts';
export type { StoppedPartitionAdmin } from './http/stopped-partitions.ts';
export type { ApiDocument } from './http/openapi.ts';
export {
  ConfigError,
  databaseSettings,
  identitySettings,
  kafkaSettings,
  loadConfig,
  processSettings,
  queueSettings,
  serviceClientSettings,
  sessionSettings,
} from './config.ts';
export { kafkaAccess, type KafkaAccess } from './kafka-access.ts';
export { createLogger, describeError, type Logger } from './logger.ts';
export { createMetrics, type MetricsRegistry } from './metrics.ts';
export { createPool, databaseDeadlines, isWritable } from './pool.ts';
export { watchPools } from './pool-metrics.ts';
export { createPeriodicJob, type PeriodicJob, type PeriodicJobOptions } from './periodic-job.ts';
export { runProcess } from './run-process.ts';
export { processState } from './process-state.ts';
export { traceHeaders, traceparentOf } from './tracing/tracing.ts';
export {
  IdempotencyKey,
  LinesText,
  LineText,
  ListOf,
  nameSchemas,
  ListQuery,
  Money,
  ProblemSchema,
  Timestamp,
  Type,
  Uuid,
  type Static,
} from './schemas.ts';
export { cutText } from './text.ts';
export { parseTime, parseWindow, type Window } from './window.ts';
export { createCursors, type Cursors } from './cursor.ts';
