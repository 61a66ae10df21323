-- What was promised when the order was placed. Null for the orders of before, and for those that were promised nothing:
-- a service that does not know the column goes on writing beside one that does.
ALTER TABLE "orders" ADD COLUMN "promisedDeliveryAt" TIMESTAMP WITH TIME ZONE;
