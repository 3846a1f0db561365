/** A program that names every entry of both packages; consumers compile it against the tarballs. */
import { MatrixOne, type MatrixOneTransaction } from 'kysely-matrixone'
import type { DatabaseMetadata } from 'kysely-matrixone/metadata'
import { traceQueries } from 'kysely-matrixone/opentelemetry'
import { type Finding, compareModels } from 'kysely-matrixone/schema'
import { replay } from 'kysely-matrixone/testing'
import { defineConfig, readSchema } from 'mo-codegen'
import { type DB, schema } from '../../generated/db.js'

export const config = defineConfig({ exclude: ['tmp_*'], types: { bigint: 'bigint' } })

export async function useEverything(url: string): Promise<readonly string[]> {
  const db = new MatrixOne<DB>({ connection: url, schema })
  const articles = await db.selectFrom('articles').selectAll().where('lang', '=', 'en').execute()
  await db.transaction().execute(async (trx: MatrixOneTransaction<DB>) => {
    await trx.branch.createTable('articles_wip', { from: 'articles' })
  })
  const snapshots = await db.snapshots.list()
  const { model } = await readSchema({ url })
  await db.destroy()
  return [
    ...articles.map(({ title }) => title),
    ...snapshots.map(({ name }) => name),
    ...model.databases.map(({ name }) => name ?? ''),
  ]
}

// @ts-expect-error the demo has no such column
export type NoColumn = DB['articles']['nope']

export const entries = { replay, traceQueries }
export type Database = DatabaseMetadata
export const compare: (...models: Parameters<typeof compareModels>) => readonly Finding[] =
  compareModels
