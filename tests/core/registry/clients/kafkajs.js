/* SPDX-License-Identifier: Apache-2.0 */
/* @kafkajs/confluent-schema-registry: URL as the argument. */
const assert = require('assert');
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');

const record = (name, ...fields) =>
  JSON.stringify({ type: 'record', name, namespace: 'n', fields });

async function main() {
  const registry = new SchemaRegistry({ host: process.argv[2] });
  const a = { name: 'a', type: 'int' };
  const put = (subject, schema, more) =>
    registry.register({ type: SchemaType.AVRO, schema, ...more }, { subject });

  /* Register, encode, decode by id. */
  const { id } = await put('topic-value', record('R', a));
  const encoded = await registry.encode(id, { a: 5 });
  assert.deepEqual({ ...(await registry.decode(encoded)) }, { a: 5 });

  /* Evolve. */
  const second = await put('topic-value',
    record('R', a, { name: 'b', type: 'string', default: 'x' }));
  assert.equal(await registry.getLatestSchemaId('topic-value'), second.id);
  assert.deepEqual({ ...(await new SchemaRegistry({ host: process.argv[2] })
    .decode(await registry.encode(second.id, { a: 6, b: 'y' }))) }, { a: 6, b: 'y' });
  await assert.rejects(put('topic-value', record('R', { name: 'c', type: 'int' })),
    /incompatible/i);
  assert.equal(await registry.getRegistryId('topic-value', 1), id);

  /* References. */
  const outer = await put('outer-value', record('Outer', { name: 'r', type: 'n.R' }),
    { references: [{ name: 'n.R', subject: 'topic-value', version: 1 }] });
  const read = await new SchemaRegistry({ host: process.argv[2] })
    .decode(await registry.encode(outer.id, { r: { a: 7 } }));
  assert.equal(read.r.a, 7);
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
