-- How far each aggregate is applied, and what came before its turn.

-- One row for each partition a group reads, from the first message on that it looked at by version. Its lock makes two members
-- that hold the same messages (one of them a zombie) take turns.
CREATE TABLE messaging.guarded_partitions (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "since" BIGINT NOT NULL,
    PRIMARY KEY ("consumer", "topic", "partition")
);

-- The last version applied of each aggregate, per group and topic; 0 when its first message went to the dead letters.
CREATE TABLE messaging.applied_versions (
    "aggregateId" UUID NOT NULL,
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "appliedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    PRIMARY KEY ("aggregateId", "consumer", "topic")
)
WITH (
    -- A row is updated a few times soon after it came: with room on its own page for the next one, and no index on what
    -- changes, the update touches no index and the page cleans itself. That is also why clean-up walks the pages.
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.1,
    autovacuum_analyze_scale_factor = 0.05
);

-- Messages that came before their turn, as they came. Nearly always empty.
CREATE TABLE messaging.parked (
    "consumer" TEXT NOT NULL,
    "eventId" UUID NOT NULL,
    "aggregateId" UUID NOT NULL,
    "aggregateVersion" INTEGER NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "key" BYTEA,
    "value" BYTEA NOT NULL,
    "headers" JSONB NOT NULL,
    "parkedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    PRIMARY KEY ("consumer", "eventId")
)
WITH (
    -- Like the outbox: all dead rows soon after a gap was closed.
    fillfactor = 100,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000
);

CREATE INDEX parked_turn ON messaging.parked ("consumer", "topic", "aggregateId", "aggregateVersion");
