# SPDX-License-Identifier: Apache-2.0
"""confluent-kafka's own registry client: URL as the argument."""
import json
import sys

from confluent_kafka.schema_registry import (Schema, SchemaReference, SchemaRegistryClient,
                                             record_subject_name_strategy)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

client = SchemaRegistryClient({"url": sys.argv[1]})


def record(name, *fields):
    return json.dumps({"type": "record", "name": name, "namespace": "n", "fields": [
        {"name": field[0], "type": field[1], **({"default": field[2]} if field[2:] else {})}
        for field in fields]})


# Register, encode, decode by id.
context = SerializationContext("topic", MessageField.VALUE)
first = record("R", ("a", "int"))
encoded = AvroSerializer(client, first)({"a": 5}, context)
assert encoded[:5] == b"\0\0\0\0\1", encoded
assert AvroDeserializer(client)(encoded, context) == {"a": 5}

# Evolve: a new reader, an old writer.
second = record("R", ("a", "int"), ("b", "string", "x"))
again = AvroSerializer(client, second)({"a": 6, "b": "y"}, context)
assert again[:5] == b"\0\0\0\0\2", again
read = AvroDeserializer(client, second)
assert read(encoded, context) == {"a": 5, "b": "x"}
assert client.get_versions("topic-value") == [1, 2]
assert not client.test_compatibility("topic-value", Schema(record("R", ("c", "int")), "AVRO"))
try:
    client.register_schema("topic-value", Schema(record("R", ("c", "int")), "AVRO"))
    raise AssertionError("it fits")
except SchemaRegistryError as error:
    assert (error.http_status_code, error.error_code) == (409, 409), error

# References.
outer = Schema(record("Outer", ("r", "n.R")), "AVRO",
               [SchemaReference("n.R", "topic-value", 1)])
number = client.register_schema("outer-value", outer)
assert client.register_schema("outer-value", outer) == number
assert client.get_schema(number).references[0].subject == "topic-value"
encoded = AvroSerializer(client, outer)({"r": {"a": 7}},
                                        SerializationContext("outer", MessageField.VALUE))
assert AvroDeserializer(client)(encoded, context) == {"r": {"a": 7}}

# The rest of the client.
assert client.get_latest_version("topic-value").version == 2
assert client.lookup_schema("topic-value", Schema(first, "AVRO")).schema_id == 1
assert sorted(client.get_subjects()) == ["outer-value", "topic-value"]
client.set_compatibility("topic-value", "FULL")
assert client.get_compatibility("topic-value") == "FULL"
assert client.delete_subject("outer-value") == [1]
assert client.delete_subject("outer-value", permanent=True) == [1]
assert client.get_subjects() == ["topic-value"]
