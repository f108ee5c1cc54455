# SPDX-License-Identifier: Apache-2.0
"""Our topics through other people's libraries: confluent-kafka, its Avro serializers and, for
the headers, the libraries of CloudEvents and OpenTelemetry.

  confluent.py BROKER REGISTRY read TOPIC    every committed record, a JSON line each
  confluent.py BROKER REGISTRY decode        JSON of each framed value on stdin, in hex
  confluent.py BROKER REGISTRY encode TOPIC  hex of each JSON value on stdin
  confluent.py BROKER REGISTRY write TOPIC   produces each {"sleutel", "waarde"} on stdin
"""
import datetime
import json
import sys

from cloudevents.kafka import KafkaMessage, from_binary
from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


def shown(value):
    """Days and instants as `schakel tail` writes them."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace(
            "+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: shown(one) for name, one in value.items()}
    return [shown(one) for one in value] if isinstance(value, list) else value


def by_the_standards(message):
    """What the two libraries make of the headers; they raise where a rule is broken."""
    headers = dict(message.headers() or [])
    event = from_binary(KafkaMessage(headers=headers, key=message.key(), value=message.value()),
                        data_unmarshaller=lambda data: data)
    carried = {name: value.decode() for name, value in headers.items()}
    span = get_current_span(TraceContextTextMapPropagator().extract(carried)).get_span_context()
    return {"attributes": {name: str(value) for name, value in event.get_attributes().items()},
            "trace": f"{span.trace_id:032x}", "trace_valid": span.is_valid}


class Client:
    def __init__(self, broker, registry):
        self.broker, self.registry = broker, SchemaRegistryClient({"url": registry})
        self.decoder = AvroDeserializer(self.registry)

    def decoded(self, value, topic="none"):
        return shown(self.decoder(value, SerializationContext(topic, MessageField.VALUE)))

    def encoder(self, topic):
        schema = self.registry.get_latest_version(f"{topic}-value").schema.schema_str
        serializer = AvroSerializer(self.registry, schema, conf={"auto.register.schemas": False})
        context = SerializationContext(topic, MessageField.VALUE)
        return lambda value: serializer(value, context)

    def read(self, topic):
        consumer = Consumer({"bootstrap.servers": self.broker, "group.id": "interoperation",
                             "auto.offset.reset": "earliest", "enable.partition.eof": True,
                             "enable.auto.commit": False})
        left = set(consumer.list_topics(topic).topics[topic].partitions)
        consumer.subscribe([topic])
        while left:
            message = consumer.poll(30)
            if message is None:
                raise TimeoutError(f"{topic}: no end of {left} after 30 s")
            if message.error() is None:
                yield message
            elif message.error().code() == KafkaError._PARTITION_EOF:
                left.discard(message.partition())
            else:
                raise RuntimeError(message.error())
        consumer.close()

    def write(self, topic, records):
        producer, encode = Producer({"bootstrap.servers": self.broker}), self.encoder(topic)
        for record in records:
            producer.produce(topic, key=record["sleutel"], value=encode(record["waarde"]))
        if producer.flush(30):
            raise TimeoutError("the broker did not take all in 30 s")


def main(broker, registry, command, *topic):
    client = Client(broker, registry)
    lines = map(json.loads, sys.stdin) if command in ("encode", "write") else sys.stdin
    match command:
        case "read":
            for message in client.read(*topic):
                value = message.value() and client.decoded(message.value(), *topic)
                print(json.dumps({"sleutel": message.key().decode(), "partitie": message.partition(),
                                  "positie": message.offset(), "waarde": value,
                                  "headers": [[name, text.decode()] for name, text in message.headers()],
                                  "gelezen": by_the_standards(message)}))
        case "decode":
            for line in lines:
                print(json.dumps(client.decoded(bytes.fromhex(line))))
        case "encode":
            encode = client.encoder(*topic)
            for value in lines:
                print(encode(value).hex())
        case "write":
            client.write(*topic, lines)


main(*sys.argv[1:])
