-- Partitions that a group cannot continue, because a record batch in them cannot be read. The member that has the partition writes the
-- row, and removes it once the batch is passed; an admin's request to skip the batch reaches it through the same row.
CREATE TABLE messaging.stopped_partitions (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    -- The offsets of the batch: from "first" to just before "end".
    "first" BIGINT NOT NULL,
    "end" BIGINT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "error" TEXT NOT NULL,
    "stoppedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "skipRequestedBy" TEXT,
    "skipRequestedAt" TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY ("consumer", "topic", "partition")
);
