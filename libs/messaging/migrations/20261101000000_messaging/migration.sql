-- Messaging tables of one service: what it has to say, what it has heard, which contracts it knows.

CREATE SCHEMA messaging;

-- Messages committed with the rows they tell of, until the broker has acknowledged them.
CREATE TABLE messaging.outbox (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "eventId" UUID NOT NULL,
    "eventType" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "aggregateId" UUID NOT NULL,
    "aggregateVersion" INTEGER NOT NULL,
    "payload" BYTEA NOT NULL,
    "headers" JSONB NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
)
WITH (
    -- Rows are inserted and deleted, never updated: room for updates would be room wasted.
    fillfactor = 100,
    -- A queue is all dead rows soon after it was all live ones, so a share of its size says nothing: count rows instead.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 50000,
    autovacuum_vacuum_cost_delay = 0,
    -- Giving pages back at the end of the table takes a lock that stops every commit of the service; the pages are wanted again at once.
    vacuum_truncate = false,
    toast.autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 5000,
    toast.vacuum_truncate = false
);

-- Which messages a consumer group has applied, committed with their effect. A group's row fences its own repeats only.
CREATE TABLE messaging.inbox (
    "eventId" UUID NOT NULL,
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "appliedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    PRIMARY KEY ("eventId", "consumer")
)
WITH (
    -- Rows only come, until clean-up takes the oldest: look after growth by rows, not by a share of a table of millions.
    fillfactor = 100,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.05
);

-- Clean-up reads the oldest rows only. A block range index would be smaller, but new rows fill the place of deleted old ones
-- and its ranges never shrink; this one is only ever appended to.
CREATE INDEX inbox_applied_at ON messaging.inbox ("appliedAt");

-- Schema ids never change their meaning, so a service that has met one needs no registry for it.
CREATE TABLE messaging.contract_ids (
    "schemaId" INTEGER PRIMARY KEY,
    "subject" TEXT,
    "fingerprint" TEXT NOT NULL,
    "schema" TEXT NOT NULL
);
