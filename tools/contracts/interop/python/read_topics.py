"""Reads pieces of topics as a team with Python would, and prints each message as a line of JSON.

Arguments: the brokers, the registry's Confluent API, and pieces as <topic>/<partition>/<from>/<to>, the last offset excluded.
What JSON has no type for says its own: {"decimal": "12.50"}, {"time": "2026-11-23T12:00:00.123Z"}, {"uuid": "..."}.
"""

import faulthandler
import json
import sys
from datetime import datetime, timezone
from decimal import Decimal
from uuid import UUID

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

PATIENCE_S = 30


def main(brokers, registry_url, *pieces):
    # No schema is given: each message is read by the one that its id names. The strategy is the subjects' own; without
    # one the registry is asked for something that Apicurio does not know, and may not answer.
    strategy = {"subject.name.strategy.type": "TOPIC_RECORD"}
    deserialize = AvroDeserializer(SchemaRegistryClient({"url": registry_url}), conf=strategy)
    # A group has to be named, and none is joined: partitions are assigned, and nothing is committed.
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "interop-python", "enable.auto.commit": False})
    ranges = [piece.split("/") for piece in pieces]
    consumer.assign([TopicPartition(topic, int(partition), int(begin)) for topic, partition, begin, _ in ranges])
    for message in read(consumer, {(topic, int(partition)): int(end) for topic, partition, _, end in ranges}):
        print(json.dumps(line_of(message, deserialize), default=tagged))
    consumer.close()


def read(consumer, ends):
    unfinished = set(ends)
    while unfinished:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            raise RuntimeError(message.error())
        place = message.topic(), message.partition()
        if message.offset() < ends[place]:
            yield message
        if message.offset() >= ends[place] - 1:
            unfinished.discard(place)


def line_of(message, deserialize):
    place = SerializationContext(message.topic(), MessageField.VALUE)
    return {
        "topic": message.topic(),
        "key": message.key().decode(),
        "headers": {name: value.decode() for name, value in message.headers() or []},
        "value": deserialize(message.value(), place),
    }


def tagged(value):
    if isinstance(value, Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, datetime):
        return {"time": value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    raise TypeError(f"No rule makes JSON of a {type(value).__name__}. Add one here.")


# Whatever it waits for by then is said, line by line.
faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
main(*sys.argv[1:])
