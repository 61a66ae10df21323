-- For the explanation of an order: the message of each change on analytics-events, beside that on order-events, and the W3C trace context of
-- its request. Null in rows of earlier releases, and in those that `recover` writes.
ALTER TABLE "order_history"
    ADD COLUMN "analyticsEventId" UUID,
    ADD COLUMN "traceparent" TEXT;
