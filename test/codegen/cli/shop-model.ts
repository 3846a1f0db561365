import type { ColumnModel, SchemaModel } from '../../../src/schema/schema-model.js'

/** A small schema; `change` edits the columns of `articles`. */
export function shopModel(change: (columns: ColumnModel[]) => void = () => undefined): SchemaModel {
  const columns: ColumnModel[] = [
    { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
    { name: 'title', type: { name: 'varchar', length: 200 }, comment: 'As shown 😀' },
    { name: 'kind', type: { name: 'enum', members: ['a', "b's"] } },
    { name: 'embedding', type: { name: 'vecf32', vector: { element: 'f32', dimension: 3 } } },
  ]
  change(columns)
  return {
    formatVersion: '2.0',
    databases: [
      {
        tables: [
          {
            name: 'articles',
            kind: 'table',
            columns,
            primaryKey: ['id'],
            vectorIndexes: [
              {
                name: 'v',
                column: 'embedding',
                algorithm: 'ivfflat',
                metric: 'l2',
                dimension: 3,
                parameters: { lists: '1' },
              },
            ],
          },
          { name: 'titles', kind: 'view', columns: [{ name: 'title', type: { name: 'varchar' } }] },
        ],
      },
    ],
  }
}
