-- Until when staff have switched an item off; null: it can be ordered. The year 9999: until they switch it on (domain/availability.ts).
ALTER TABLE "inventory" ADD COLUMN "unavailableUntil" TIMESTAMP WITH TIME ZONE;
