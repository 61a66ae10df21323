-- All null in rows of before, and in those that a service of before goes on writing beside one that knows the columns.

-- When the customer wants the order; null: as soon as possible.
ALTER TABLE "orders" ADD COLUMN "deliverAt" TIMESTAMP WITH TIME ZONE;

-- Of a cancellation: whether its stock can be sold again (null means true, which it was before), and the ids of the items that are out.
ALTER TABLE "order_history" ADD COLUMN "restock" BOOLEAN;
ALTER TABLE "order_history" ADD COLUMN "soldOutItemIds" JSONB;
