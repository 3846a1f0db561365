import { type Kysely, type MigrationLockOptions, MysqlAdapter, sql } from 'kysely'
import { MetadataManager } from '../managers/metadata/metadata-manager.js'
import { capabilitiesOf } from '../server/capabilities.js'
import type { MatrixOneRuntime } from '../connection/runtime.js'

const LOCK_NAME = 'kysely-matrixone-migration'
const LOCK_TIMEOUT_SECONDS = 3600

/** Tells kysely what MatrixOne can do. */
export class MatrixOneAdapter extends MysqlAdapter {
  readonly #runtime: MatrixOneRuntime

  constructor(runtime: MatrixOneRuntime) {
    super()
    this.#runtime = runtime
  }

  /** The part of the dialect that managers reach through any Kysely or Transaction. */
  get runtime(): MatrixOneRuntime {
    return this.#runtime
  }

  /** Create, alter, drop and truncate are undone by a rollback (3.0.14 to 4.2.0). */
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  override get supportsReturning(): boolean {
    return true
  }

  override async acquireMigrationLock(
    // oxlint-disable-next-line typescript/no-explicit-any -- kysely's own signature
    db: Kysely<any>,
    options: MigrationLockOptions,
  ): Promise<void> {
    if (await this.#locksBySession(db)) {
      await sql`select get_lock(${LOCK_NAME}, ${LOCK_TIMEOUT_SECONDS}) as locked`.execute(db)
      return
    }
    // 3.0.14 has no get_lock, and on 4.1.4 that of a process that was killed would keep all later ones out: a
    // row lock of the migration's transaction does the same.
    await sql`select ${sql.ref('id')} from ${sql.table(options.lockTable)} for update`.execute(db)
  }

  override async releaseMigrationLock(
    // oxlint-disable-next-line typescript/no-explicit-any -- kysely's own signature
    db: Kysely<any>,
  ): Promise<void> {
    if (await this.#locksBySession(db)) {
      await sql`select release_lock(${LOCK_NAME}) as released`.execute(db)
    }
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- kysely's own signature
  async #locksBySession(db: Kysely<any>): Promise<boolean> {
    const version = await new MetadataManager(db).serverVersion()
    return !version.isMatrixOne || capabilitiesOf(version).locksOfSessions
  }
}
