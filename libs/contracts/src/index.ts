/** The message contracts: topics, messages and their codec. Registration is `@oms/contracts/register`, for tools only. */
export { createCodec, type Codec } from './codec.ts';
export { ContractError, contractErrorCodes, nullIfUnreadable, type ContractErrorCode } from './contract-error.ts';
export type {
  DeliveryAddress,
  EventType,
  InventoryUpdate,
  InventoryUpdateReason,
  LowStock,
  Message,
  MessageOf,
  NewOrder,
  NewOrderItem,
  OrderDue,
  OrderDueAddress,
  OrderDueItem,
  OrderLate,
  OrderLateStage,
  OrderMilestone,
  OrderMilestoneMilestone,
  OrderPlaced,
  OrderPlacedItem,
  OrderReady,
  OrderStatus,
  OrderStatusChange,
  OrderStatusChanged,
  OutgoingMessage,
  OutOfStock,
} from './generated/messages.ts';
export { newEventId, type CustomerId, type EventId, type ItemId, type OrderId, type PromiseId } from './ids.ts';
export { CENTS_MAX, formatCents, parseCents, type Cents } from './money.ts';
export { createRegistry, RegistryUnavailableError, type Registry } from './registry.ts';
export { memorySchemaCache, type CachedSchema, type SchemaCache } from './schema-cache.ts';
export { fingerprintOf, schemaFiles, subjectOf, type SchemaFile } from './schema-files.ts';
export { deadLetterPlan, deadLetterTopicOf, topicOf, topics, type Topic, type TopicPlan } from './topics.ts';
export { MESSAGE_BYTES_MAX } from './wire.ts';
