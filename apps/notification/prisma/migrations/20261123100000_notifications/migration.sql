-- Rules decide who hears of what, and notifications are the deliveries that follow from them, one per event and rule.

CREATE TYPE "NotificationEvent" AS ENUM ('ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'LOW_STOCK', 'OUT_OF_STOCK');
CREATE TYPE "NotificationChannel" AS ENUM ('EMAIL', 'SLACK', 'WEBHOOK');
CREATE TYPE "NotificationStatus" AS ENUM ('PENDING', 'SENDING', 'SENT', 'FAILED');

CREATE TABLE "notification_rules" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" VARCHAR(255) NOT NULL,
    "event" "NotificationEvent" NOT NULL,
    "condition" JSONB,
    "channel" "NotificationChannel" NOT NULL,
    "target" VARCHAR(320) NOT NULL,
    "subject" TEXT,
    "body" TEXT NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_rules_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notification_rules_condition_is_an_object" CHECK ("condition" IS NULL OR jsonb_typeof("condition") = 'object'),
    CONSTRAINT "notification_rules_email_has_a_subject" CHECK ("channel" <> 'EMAIL' OR "subject" IS NOT NULL)
);
CREATE UNIQUE INDEX "notification_rules_name_key" ON "notification_rules"("name");

-- No foreign key to the rule: what was sent stays known when its rule is gone.
-- The id is a UUID of version 7: it rises with time, and so it is the order of the list and its cursor.
CREATE TABLE "notifications" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "event" "NotificationEvent" NOT NULL,
    "eventId" UUID NOT NULL,
    "ruleId" UUID NOT NULL,
    "orderId" UUID,
    "itemId" UUID,
    "channel" "NotificationChannel" NOT NULL,
    "target" VARCHAR(320) NOT NULL,
    "subject" TEXT,
    "body" TEXT NOT NULL,
    "status" "NotificationStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease" UUID,
    "maybeSentBefore" BOOLEAN NOT NULL DEFAULT false,
    "lastError" TEXT,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMP WITH TIME ZONE,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notifications_attempts_are_counted" CHECK ("attempts" >= 0),
    CONSTRAINT "notifications_sending_holds_a_lease" CHECK (("status" = 'SENDING') = ("lease" IS NOT NULL)),
    CONSTRAINT "notifications_sent_has_a_time" CHECK (("status" = 'SENT') = ("sentAt" IS NOT NULL))
);
CREATE UNIQUE INDEX "notifications_event_rule_key" ON "notifications"("eventId", "ruleId");
CREATE INDEX "idx_notifications_status" ON "notifications"("status", "id");
CREATE INDEX "idx_notifications_order_id" ON "notifications"("orderId");
CREATE INDEX "idx_notifications_item_id" ON "notifications"("itemId");

-- What the senders look for: due rows, and rows whose lease has run out. It holds open deliveries only, so it stays small.
CREATE INDEX "idx_notifications_due" ON "notifications"("channel", "nextAttemptAt") WHERE "status" IN ('PENDING', 'SENDING');

-- The rules everybody starts with. E-mail bodies are HTML, Slack bodies plain text, webhook bodies JSON, and values are escaped for each.
INSERT INTO "notification_rules" ("id", "name", "event", "condition", "channel", "target", "subject", "body") VALUES
(
    '5f0c1d52-0001-4a6e-9d0a-0d6f6e6f7401', 'Low stock by e-mail', 'LOW_STOCK', NULL, 'EMAIL', 'ops@oms.example',
    'Low stock: {{ itemName }} ({{ quantity }} {{ unit }} left)',
    '<p><strong>{{ itemName }}</strong> is running low.</p>
<table>
<tr><th>In stock</th><td>{{ quantity }} {{ unit }}</td></tr>
<tr><th>Threshold</th><td>{{ threshold }} {{ unit }}</td></tr>
<tr><th>Category</th><td>{{ category }}</td></tr>
<tr><th>Since</th><td>{{ occurredAt | date: "%d %b %Y, %H:%M" }} UTC</td></tr>
</table>
<p>Restock it before it runs out.</p>'
),
(
    '5f0c1d52-0002-4a6e-9d0a-0d6f6e6f7402', 'Low stock on Slack', 'LOW_STOCK', NULL, 'SLACK', '#kitchen-alerts', NULL,
    ':warning: *Low stock:* {{ itemName }}, {{ quantity }} {{ unit }} left (threshold {{ threshold }}, {{ category }})'
),
(
    '5f0c1d52-0003-4a6e-9d0a-0d6f6e6f7403', 'Out of stock by e-mail', 'OUT_OF_STOCK', NULL, 'EMAIL', 'ops@oms.example',
    'Out of stock: {{ itemName }}',
    '<p><strong>{{ itemName }}</strong> has run out. Orders for it are refused until it is restocked.</p>
<table>
<tr><th>Threshold</th><td>{{ threshold }} {{ unit }}</td></tr>
<tr><th>Category</th><td>{{ category }}</td></tr>
<tr><th>Since</th><td>{{ occurredAt | date: "%d %b %Y, %H:%M" }} UTC</td></tr>
</table>'
),
(
    '5f0c1d52-0004-4a6e-9d0a-0d6f6e6f7404', 'Out of stock on Slack', 'OUT_OF_STOCK', NULL, 'SLACK', '#kitchen-alerts', NULL,
    ':no_entry: *Out of stock:* {{ itemName }} ({{ category }}). Orders for it are refused until it is restocked.'
),
(
    '5f0c1d52-0005-4a6e-9d0a-0d6f6e6f7405', 'Kitchen ticket', 'ORDER_PLACED', NULL, 'EMAIL', 'kitchen@oms.example',
    '{% assign pieces = items | sum: "quantity" %}Kitchen ticket {{ orderNumber }}: {{ pieces }} {% if pieces == 1 %}piece{% else %}pieces{% endif %}',
    '<h1>Order {{ orderNumber }}</h1>
<p>Placed {{ occurredAt | date: "%d %b %Y, %H:%M" }} UTC</p>
<table>
{% for line in items %}<tr><td><strong>{{ line.quantity }} ×</strong></td><td>{{ line.itemName }}</td><td>{{ line.lineTotal | money }}</td></tr>
{% endfor %}<tr><th></th><th>Total</th><th>{{ totalAmount | money }}</th></tr>
</table>
<p>Goes to {{ deliveryAddress.postalCode }} {{ deliveryAddress.city }}.</p>
{% if deliveryAddress.instructions %}<p>For the courier: {{ deliveryAddress.instructions }}</p>
{% endif %}'
),
(
    '5f0c1d52-0006-4a6e-9d0a-0d6f6e6f7406', 'Cancelled order on Slack', 'ORDER_STATUS_CHANGED', '{"toStatus": ["CANCELLED"]}', 'SLACK', '#kitchen-alerts', NULL,
    ':x: *Order {{ orderNumber }} was cancelled* by {{ changedByRole }}{% if reason %}, reason {{ reason | words }}{% endif %} (it was {{ fromStatus | words }}){% if note %}
> {{ note }}{% endif %}'
),
(
    '5f0c1d52-0007-4a6e-9d0a-0d6f6e6f7407', 'Delivered order to the webhook', 'ORDER_STATUS_CHANGED', '{"toStatus": "DELIVERED"}', 'WEBHOOK', 'order-webhook', NULL,
    '{
  "type": "order.delivered",
  "timestamp": {{ occurredAt }},
  "data": { "orderId": {{ orderId }}, "customerId": {{ customerId }}, "fromStatus": {{ fromStatus }}, "status": {{ toStatus }} }
}'
);
