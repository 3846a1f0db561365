import { schemaFormatVersion, type SchemaModel } from 'kysely-matrixone/schema'

/** A schema with one of everything that a rule looks at. */
export const sampleModel: SchemaModel = {
  formatVersion: schemaFormatVersion,
  databases: [
    {
      name: 'archive',
      tables: [{ name: 'logs', kind: 'table', columns: [column('line', 'text')] }],
    },
    {
      name: 'shop',
      tables: [
        {
          name: 'customers',
          kind: 'table',
          columns: [column('id', 'int')],
          primaryKey: ['id'],
        },
        {
          name: 'imports',
          kind: 'external',
          columns: [column('line', 'text')],
          source: { filepath: '/data/a.csv', format: 'csv' },
        },
        {
          name: 'orders',
          kind: 'table',
          comment: 'Orders of the shop',
          columns: [
            { ...column('id', 'bigint'), autoIncrement: true, insertOptional: true },
            column('customer_id', 'int'),
            { ...column('amount', 'int'), default: '1', insertOptional: true },
            {
              ...column('note', 'text'),
              nullable: true,
              insertOptional: true,
              comment: 'As typed',
            },
            {
              ...column('changed_at', 'timestamp'),
              default: 'current_timestamp()',
              onUpdate: 'current_timestamp()',
              insertOptional: true,
            },
            {
              ...column('twice', 'int'),
              generated: { expression: '`amount` * 2', kind: 'stored' },
              insertOptional: true,
            },
            { name: 'place', type: { name: 'vecf32', vector: { element: 'f32', dimension: 3 } } },
          ],
          primaryKey: ['id'],
          uniqueKeys: [{ name: 'one_a_day', columns: ['customer_id', 'changed_at'] }],
          indexes: [{ name: 'by_amount', columns: ['amount'] }],
          vectorIndexes: [
            { name: 'near', column: 'place', algorithm: 'ivfflat', metric: 'l2', dimension: 3 },
          ],
          fulltextIndexes: [{ name: 'words', columns: ['note'], parser: 'default' }],
          foreignKeys: [
            {
              name: 'of_customer',
              columns: ['customer_id'],
              references: { table: 'customers', columns: ['id'] },
            },
          ],
          checks: [{ name: 'some', expression: '`amount` > 0' }],
          partitions: { by: 'hash (`id`)', count: 4 },
          clusterBy: ['amount'],
        },
        {
          name: 'totals',
          kind: 'view',
          columns: [{ ...column('total', 'bigint'), nullabilityUntrusted: true }],
          definition: 'select sum ( amount ) from orders',
        },
      ],
    },
  ],
}

function column(name: string, type: string) {
  return { name, type: { name: type } }
}
