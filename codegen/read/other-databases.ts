/** The databases that migrations make beside their own, which would stay when that is dropped. */
import type { LogEvent } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'

type Client = MatrixOne<Record<string, never>>

/** Knows them by the statements that made them, and by not having been there before. */
export class OtherDatabases {
  readonly #statements: string[] = []
  #before: ReadonlySet<string> | undefined

  /** Notes the databases that are there before the migrations run. */
  async begin(server: Client): Promise<void> {
    this.#before = new Set(await listDatabases(server))
  }

  /** Looks at a statement of a migration. */
  see({ level, query }: LogEvent): void {
    if (level === 'query' && /\bcreate\s+(database|schema)\b/i.test(query.sql)) {
      this.#statements.push(query.sql.toLowerCase())
    }
  }

  /** The databases that the migrations have made. */
  async made(server: Client): Promise<readonly string[]> {
    const before = this.#before
    if (before === undefined || this.#statements.length === 0) return []
    const isMade = (name: string): boolean =>
      !before.has(name) && this.#statements.some((sql) => sql.includes(name.toLowerCase()))
    return (await listDatabases(server)).filter(isMade)
  }
}

async function listDatabases(server: Client): Promise<readonly string[]> {
  const { sql } = await import('kysely')
  const { rows } = await sql<Readonly<Record<string, string>>>`show databases`.execute(server)
  return rows.flatMap((row) => Object.values(row))
}
