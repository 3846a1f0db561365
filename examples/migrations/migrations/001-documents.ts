import { type MatrixOne, vecf32 } from 'kysely-matrixone'

export async function up(db: MatrixOne<Record<string, never>>): Promise<void> {
  await db.createTable('documents', (table) =>
    table
      .addColumn('id', 'bigint', (column) => column.primaryKey().autoIncrement())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('embedding', vecf32(3)),
  )
}

export async function down(db: MatrixOne<Record<string, never>>): Promise<void> {
  await db.dropTable('documents')
}
