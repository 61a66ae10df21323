// The shapes that the notification service speaks over HTTP.
import { notificationEvents } from '../domain/rules.ts';
import { ExportFormat, ListOf, ListQuery, nameSchemas, Timestamp, Type, Uuid } from '@oms/service-kit';

const Event = Type.Enum([...notificationEvents]);
const Channel = Type.Enum(['EMAIL', 'SLACK', 'WEBHOOK']);
const Status = Type.Enum(['PENDING', 'SENDING', 'SENT', 'FAILED']);

export const NotificationSchema = Type.Object({
  id: Uuid,
  event: Event,
  orderId: Type.Optional(Uuid),
  itemId: Type.Optional(Uuid),
  channel: Channel,
  target: Type.String({ description: 'The e-mail address, or the name of the Slack channel or webhook' }),
  subject: Type.Union([Type.String(), Type.Null()], { description: 'null where the channel knows no subject' }),
  status: Status,
  attempts: Type.Integer({
    minimum: 0,
    description: 'How often it was tried since it was made, or since the last retry',
  }),
  maybeSentBefore: Type.Boolean({
    description: 'An attempt was made whose answer was lost: the receiver may have got it more than once',
  }),
  lastError: Type.Union([Type.String(), Type.Null()], { description: 'Why the last attempt failed' }),
  createdAt: Timestamp,
  sentAt: Type.Union([Timestamp, Type.Null()]),
});

export const NotificationList = ListOf(NotificationSchema);

export const NotificationQuery = Type.Object({
  ...ListQuery.properties,
  status: Type.Optional(Status),
  channel: Type.Optional(Channel),
  orderId: Type.Optional(Uuid),
  itemId: Type.Optional(Uuid),
});

const { limit: _limit, cursor: _cursor, ...filters } = NotificationQuery.properties;
export const NotificationExportQuery = Type.Object({ ...filters, format: ExportFormat });

export const NotificationParams = Type.Object({ id: Uuid });

nameSchemas({ Notification: NotificationSchema, NotificationList });
