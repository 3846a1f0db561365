import { MatrixOne } from 'kysely-matrixone'
import { type DB, schema } from '../../generated/db.js'

const kept = globalThis as { db?: MatrixOne<DB> }

export const db = (kept.db ??= new MatrixOne<DB>({
  connection: process.env.DATABASE_URL!,
  schema,
}))
