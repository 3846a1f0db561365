/** Declarations that a page of the documentation may use without an import. */
export const preamble = `
import type * as MO from 'kysely-matrixone'
import type * as Kysely from 'kysely'
import type * as Codegen from 'mo-codegen'
import type * as Files from 'node:fs/promises'
import type * as Vitest from 'vitest'

declare global {
  /** The tables that the pages speak of. */
  interface DB {
    articles: {
      id: MO.Generated<number>
      title: string
      body: string | null
      lang: MO.Generated<string>
      embedding: MO.Vector<'f32', 3> | null
    }
    articles_copy: DB['articles']
    users: { id: MO.Generated<number>; name: string; age: number | null }
    customers: { id: MO.Generated<number>; name: string }
    orders: { id: MO.Generated<number>; customer_id: number | null; total: MO.Decimal | null }
    accounts: { id: MO.Generated<number>; balance: MO.Decimal }
    prices: { id: number; price: MO.Decimal }
    readonly [MO.indexes]: {
      articles: {
        vector: {
          embedding: { index: 'idx_embedding'; algo: 'ivfflat'; metric: 'l2'; dimension: 3 }
        }
        fulltext: { ft_title_body: readonly ['title', 'body'] }
      }
    }
  }

  type ColumnTypeOptions = MO.ColumnTypeOptions

  const MatrixOne: typeof MO.MatrixOne
  type MatrixOne<Tables> = MO.MatrixOne<Tables>
  const UnknownOutcomeError: typeof MO.UnknownOutcomeError
  const BulkInsertError: typeof MO.BulkInsertError
  const vecf32: typeof MO.vecf32
  const sql: typeof Kysely.sql
  const defineConfig: typeof Codegen.defineConfig
  const readFile: typeof Files.readFile
  const expect: typeof Vitest.expect

  const connection: string
  const password: string
  const accessKeyId: string
  const secretAccessKey: string
  const request: AsyncIterable<Uint8Array> & { readonly signal: AbortSignal }
  const articles: readonly { title: string }[]

  const from: number
  const to: number
  const withdraw: { readonly balance: string }
  const deposit: { readonly balance: string }
  const logger: { info(line: string): void }
  const metrics: { increment(name: string, labels: object): void }

  const db: MO.MatrixOne<DB>
  const trx: MO.MatrixOneTransaction<DB>
  /** Logged in to another account. */
  const acme: MO.MatrixOne<DB>

  function migrateToLatest(database: MO.MatrixOne<DB>): Promise<void>
  function readArticles(): AsyncIterable<{ title: string }>
  function runMyTests(server: { host: string; port: number }): Promise<void>
  function transfer(): Promise<void>
  const server: { close(done: () => void): void }
  function fastify(): {
    get(path: string, handler: () => Promise<unknown>): void
    addHook(name: 'onClose', hook: () => Promise<void>): void
    listen(options: { port: number }): Promise<string>
  }
}
`

/** Packages that the pages name and this repository does not have. */
export const modules = `
declare module '@opentelemetry/api'
`

/** The module `./db.js` that the page on frameworks writes and imports. */
export const databaseModule = `
import type { MatrixOne } from 'kysely-matrixone'
import type { DB } from './generated/db.js'
export declare const db: MatrixOne<DB>
`
