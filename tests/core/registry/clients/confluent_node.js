/* SPDX-License-Identifier: Apache-2.0 */
/* @confluentinc/schemaregistry: URL as the argument. */
const assert = require('assert');
const {
  SchemaRegistryClient, AvroSerializer, AvroDeserializer, SerdeType,
} = require('@confluentinc/schemaregistry');

const record = (name, ...fields) =>
  JSON.stringify({ type: 'record', name, namespace: 'n', fields });

async function main() {
  const client = new SchemaRegistryClient({ baseURLs: [process.argv[2]] });
  const a = { name: 'a', type: 'int' };
  const first = record('R', a);
  const second = record('R', a, { name: 'b', type: 'string', default: 'x' });

  /* Register, encode, decode by id. */
  assert.equal(await client.register('topic-value', { schema: first }), 1);
  const serializer = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
  const deserializer = new AvroDeserializer(client, SerdeType.VALUE, {});
  const encoded = await serializer.serialize('topic', { a: 5 });
  assert.deepEqual([...encoded.subarray(0, 5)], [0, 0, 0, 0, 1]);
  assert.deepEqual({ ...(await deserializer.deserialize('topic', encoded)) }, { a: 5 });

  /* Evolve. */
  assert.equal(await client.register('topic-value', { schema: second }), 2);
  const fresh = new SchemaRegistryClient({ baseURLs: [process.argv[2]] }); /* no cache */
  const newer = new AvroDeserializer(fresh, SerdeType.VALUE, { useLatestVersion: true });
  assert.deepEqual({ ...(await newer.deserialize('topic', encoded)) }, { a: 5, b: 'x' });
  assert.equal(await client.testCompatibility('topic-value', 2, { schema: record('R',
    { name: 'c', type: 'int' }) }), false);

  /* References, and a subject with a slash. */
  const outer = { schema: record('Outer', { name: 'r', type: 'n.R' }), schemaType: 'AVRO',
    references: [{ name: 'n.R', subject: 'topic-value', version: 1 }] };
  const number = await client.register('a/b-value', outer);
  assert.equal((await client.getBySubjectAndId('a/b-value', number)).references.length, 1);
  const inner = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
  const message = await inner.serialize('a/b', { r: { a: 7 } });
  const read = await deserializer.deserialize('a/b', message);
  assert.equal(read.r.a, 7);

  assert.deepEqual(await client.getAllVersions('topic-value'), [1, 2]);
  assert.deepEqual((await client.getAllSubjects()).sort(), ['a/b-value', 'topic-value']);
  assert.deepEqual(await client.deleteSubject('a/b-value'), [1]);
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
