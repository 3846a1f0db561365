/** A schema with everything that its documentation shows. */
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'

const articles: TableModel = {
  name: 'articles',
  kind: 'table',
  comment: 'The articles of the magazine 📰',
  columns: [
    { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
    { name: 'title', type: { name: 'varchar', length: 200 }, comment: 'As printed\nbelow | above' },
    { name: 'body', type: { name: 'text' } },
    {
      name: 'minutes',
      type: { name: 'int' },
      nullable: true,
      insertOptional: true,
      generated: { expression: 'words div 200 + 1', kind: 'stored' },
    },
    {
      name: 'embedding',
      type: { name: 'vecf32', vector: { element: 'f32', dimension: 8 } },
      nullable: true,
    },
  ],
  primaryKey: ['id'],
  vectorIndexes: [
    {
      name: 'idx_embedding',
      column: 'embedding',
      algorithm: 'ivfflat',
      metric: 'l2',
      dimension: 8,
      parameters: { lists: '2' },
    },
  ],
  fulltextIndexes: [{ name: 'ft_title_body', columns: ['title', 'body'], parser: 'ngram' }],
}
const orders: TableModel = {
  name: 'orders',
  kind: 'table',
  columns: [
    { name: 'id', type: { name: 'bigint' } },
    { name: 'article_id', type: { name: 'bigint' }, nullable: true },
  ],
  primaryKey: ['id'],
  foreignKeys: [
    {
      columns: ['article_id'],
      references: { table: 'articles', columns: ['id'] },
      onDelete: 'cascade',
    },
  ],
}
const sold: TableModel = {
  name: 'sold',
  kind: 'view',
  columns: [{ name: 'id', type: { name: 'bigint' } }],
  definition: 'select a.id from articles a',
}

/** Articles, their orders and a view. */
export const magazine: SchemaModel = {
  formatVersion: '2.0',
  databases: [{ tables: [articles, orders, sold] }],
}
