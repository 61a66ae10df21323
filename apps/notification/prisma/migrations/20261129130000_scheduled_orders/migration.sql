-- Rules may name the events of an order that are no change of its status.
ALTER TYPE "NotificationEvent" ADD VALUE IF NOT EXISTS 'ORDER_READY';
ALTER TYPE "NotificationEvent" ADD VALUE IF NOT EXISTS 'ORDER_DUE';
ALTER TYPE "NotificationEvent" ADD VALUE IF NOT EXISTS 'ORDER_LATE';

-- Of a rule for ORDER_PLACED: for a scheduled order it waits for ORDER_DUE, when the kitchen begins with it. A service of before, which does
-- not know the column, notifies at the placement.
ALTER TABLE "notification_rules" ADD COLUMN "whenDue" BOOLEAN NOT NULL DEFAULT false;
UPDATE "notification_rules" SET "whenDue" = true WHERE "id" = '5f0c1d52-0005-4a6e-9d0a-0d6f6e6f7405' AND "event" = 'ORDER_PLACED';
-- The ticket of a scheduled order says for when it is. A ticket that was changed by hand has its own text, and keeps it.
UPDATE "notification_rules"
SET "body" = replace("body", '<p>Placed {{ occurredAt | date: "%d %b %Y, %H:%M" }} UTC</p>',
  '{% if deliverAt %}<p><strong>For {{ deliverAt | date: "%d %b %Y, %H:%M" }} UTC</strong></p>{% else %}<p>Placed {{ occurredAt | date: "%d %b %Y, %H:%M" }} UTC</p>{% endif %}')
WHERE "id" = '5f0c1d52-0005-4a6e-9d0a-0d6f6e6f7405';
