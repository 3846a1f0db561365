import { isDeepStrictEqual } from 'node:util'
import { type MatrixOne, UnsupportedError } from 'kysely-matrixone'
import type { Shop } from './shop.js'

type Print = (line: string) => void

/** Exports a table into a stage, loads the file into another table, and compares the rows. */
export async function exportAndReload(db: MatrixOne<Shop>, print: Print): Promise<void> {
  print('export and load')
  // Where the file goes is the server's disk; `createS3` makes a stage on a bucket.
  // A new folder each time, because an export never overwrites a file, and MatrixOne 3.0 removes none.
  const { rows: ids } = await db.execute<{ id: string }>('select uuid() as id')
  const folder = `file:///var/lib/matrixone-test/tour/${String(ids[0]?.id)}/`
  await db.stage.create('backup', { url: folder })
  try {
    const file = { stage: 'backup', file: 'products.csv' }
    const query = db.selectFrom('products').selectAll().orderBy('id')
    print(`  ${(await db.export.csv(query, file)).file}`)

    await db.clone.createTable('products_again', { from: 'products' })
    await db.deleteFrom('products_again').execute()
    const { rows } = await db.loadData.csv('products_again', file, { skipLines: 1 })
    print(`  ${rows} rows loaded`)

    const before = await query.execute()
    const after = await db.selectFrom('products_again').selectAll().orderBy('id').execute()
    const same = before.filter((row, index) => isDeepStrictEqual(row, after[index]))
    print(`  ${same.length} of ${before.length} rows are the same`)
  } finally {
    await removeFiles(db, 'backup')
    await db.stage.drop('backup')
  }
}

async function removeFiles(db: MatrixOne<Shop>, stage: string): Promise<void> {
  try {
    await db.stage.removeFiles(stage, '*', { ifExists: true })
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
  }
}
