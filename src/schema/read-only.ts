import type { TableModel } from './schema-model.js'

/** Whether MatrixOne refuses every write to the table (20301 for views and external tables, 4.2.0). */
export function isReadOnly({ kind }: Pick<TableModel, 'kind'>): boolean {
  return kind === 'view' || kind === 'materialized view' || kind === 'external'
}
