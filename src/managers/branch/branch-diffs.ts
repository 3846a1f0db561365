import { BranchError, UnsupportedError } from '../../errors.js'
import { toLiteral } from '../../sql/literals.js'
import type { HandleNames } from '../names/handle-names.js'
import { quoteNewTable } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { wrapError } from '../statement/wrap-error.js'
import { assertDiffInTransaction } from './assert-allowed.js'
import { assertComparable } from './assert-comparable.js'
import type {
  DiffFileOptions,
  DiffOptions,
  DiffRow,
  DiffRowsOptions,
  DiffSummary,
  DiffTableOptions,
} from './branch-types.js'
import { writeColumns, writeDiff } from './operand.js'
import { readDiff } from './read-diff.js'
import { readSummary } from './read-summary.js'

/** Comparisons of two tables, by the names of the handle; `BranchManager` has the docs. */
export class BranchDiffs {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb, names: HandleNames) {
    this.#db = db
    this.#names = names
  }

  async rows(
    branch: string,
    options: DiffRowsOptions<string, string>,
  ): Promise<readonly DiffRow<Readonly<Record<string, unknown>>>[]> {
    const { columns } = options
    const wanted =
      columns === undefined ? options : { ...options, columns: this.#names.columns(columns) }
    const found = await this.#compare(branch, wanted, (table, against) =>
      readDiff(this.#db, table, { ...wanted, against }),
    )
    const renamed = found.map(async ({ row, ...rest }) =>
      Object.freeze({ ...rest, row: Object.freeze(await this.#names.row(row)) }),
    )
    return Object.freeze(await Promise.all(renamed))
  }

  async summary(branch: string, options: DiffOptions<string>): Promise<DiffSummary> {
    return this.#compare(branch, options, (table, against) =>
      readSummary(this.#db, table, { ...options, against }),
    )
  }

  async count(branch: string, options: DiffOptions<string>): Promise<number> {
    return this.#compare(branch, options, async (table, against) => {
      const [row] = await executeSql<Readonly<Record<string, string | number | bigint>>>(
        this.#db,
        `${writeDiff(table, { ...options, against })} output count`,
      )
      return Number(Object.values(row ?? {})[0] ?? 0)
    })
  }

  async toTable(branch: string, options: DiffTableOptions<string>): Promise<void> {
    const { branchOutputAs } = await readCapabilities(this.#db)
    if (!branchOutputAs) {
      throw new UnsupportedError(
        'DATA BRANCH DIFF … OUTPUT AS needs MatrixOne 4.2. Read the rows with diff() and insert them.',
      )
    }
    const { columns } = options
    const wanted = writeColumns(columns === undefined ? undefined : this.#names.columns(columns))
    const output = quoteNewTable(this.#names.table(options.table))
    await this.#compare(branch, options, (table, against) =>
      executeSql(
        this.#db,
        `${writeDiff(table, { ...options, against })}${wanted} output as ${output}`,
      ),
    )
  }

  async toFile(
    branch: string,
    options: DiffFileOptions<string>,
  ): Promise<{ readonly file: string; readonly hint: string }> {
    return this.#compare(branch, options, async (table, against) => {
      const sql = `${writeDiff(table, { ...options, against })} output file ${toLiteral(options.directory)}`
      const [row] = await executeSql<Readonly<Record<string, string>>>(this.#db, sql)
      const [file = '', hint = ''] = Object.values(row ?? {})
      return Object.freeze({ file, hint })
    })
  }

  async #compare<T>(
    branch: string,
    options: DiffOptions<string>,
    action: (branch: string, against: string) => Promise<T>,
  ): Promise<T> {
    await assertDiffInTransaction(this.#db)
    return wrapError(BranchError, `compare ${branch} with ${options.against}`, async () => {
      const tables = [this.#names.table(branch), this.#names.table(options.against)] as const
      await assertComparable(this.#db, tables)
      return action(...tables)
    })
  }
}
