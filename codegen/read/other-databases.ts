/** The databases that migrations make beside their own, which would stay when that is dropped. */
import type { LogEvent } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'

type Client = MatrixOne<Record<string, never>>

const creation =
  /\bcreate\s+(?:database|schema)\s+(?:if\s+not\s+exists\s+)?(?:`((?:[^`]|``)+)`|([^\s;`(]+))/gi

/** Knows them by the statements that made them, and by not having been there before. */
export class OtherDatabases {
  readonly #names = new Set<string>()
  #before: ReadonlySet<string> | undefined

  /** Notes the databases that are there before the migrations run. */
  async begin(server: Client): Promise<void> {
    this.#before = new Set(await listDatabases(server))
  }

  /** Looks at a statement of a migration. */
  see({ level, query }: LogEvent): void {
    if (level !== 'query') return
    for (const [, quoted, plain] of query.sql.matchAll(creation)) {
      this.#names.add((quoted?.replaceAll('``', '`') ?? plain ?? '').toLowerCase())
    }
  }

  /** The databases that the migrations have made. */
  async made(server: Client): Promise<readonly string[]> {
    const before = this.#before
    if (before === undefined || this.#names.size === 0) return []
    // By its whole name: someone else may make a database at the same time.
    const isMade = (name: string): boolean =>
      !before.has(name) && this.#names.has(name.toLowerCase())
    return (await listDatabases(server)).filter(isMade)
  }
}

async function listDatabases(server: Client): Promise<readonly string[]> {
  const { sql } = await import('kysely')
  const { PrivilegeError } = await import('kysely-matrixone')
  try {
    const { rows } = await sql<Readonly<Record<string, string>>>`show databases`.execute(server)
    return rows.flatMap((row) => Object.values(row))
  } catch (error) {
    if (!(error instanceof PrivilegeError)) throw error
    // SHOW DATABASES is a right of its own, and who may read the catalog needs none.
    const { rows } = await sql<{
      name: string
    }>`select datname as name from mo_catalog.mo_database where account_id = current_account_id()`.execute(
      server,
    )
    return rows.map(({ name }) => name)
  }
}
