import { promises as fs } from 'node:fs'
import path from 'node:path'
import { FileMigrationProvider, Migrator } from 'kysely/migration' // kysely 0.28: from 'kysely'
import { MatrixOne } from 'kysely-matrixone'

const db = new MatrixOne<Record<string, never>>({ connection: process.env.DATABASE_URL! })
const migrator = new Migrator({
  db,
  provider: new FileMigrationProvider({ fs, path, migrationFolder: path.resolve('migrations') }),
})
const { error, results = [] } = await migrator.migrateToLatest()
for (const { migrationName, status } of results) console.log(status, migrationName)
await db.destroy()
if (error !== undefined) throw error
