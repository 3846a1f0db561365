/**
 * Whether a finding is `breaking` exactly when a program breaks: one of reads and writes, made from the
 * old schema, compiled against the types of the new one and run on it.
 *
 *   MO_URL=… SEVERITY_PAIRS=300 npx vitest run test/schema/severity      many random pairs
 *   MO_URL=… UPDATE_DOCS=1 npx vitest run test/schema/severity           the tables of docs/drift.md
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { MatrixOne } from 'kysely-matrixone'
import { compareModels, type SchemaModel, toSchemaModel } from 'mo-codegen'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type ColumnTypeOptions,
  defaultColumnTypes,
} from '../../../src/types/column-type-options.js'
import { openClient, openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type SeverityCase, severityCases } from './cases.js'
import { type FoundCase, worstOf, writeSeverityTables } from './docs-table.js'
import { findBreak, type Side, tableOf } from './probe.js'
import { makeRandom, randomPair } from './random-pairs.js'
import { findTypeErrors } from './type-check.js'

type Tables = Record<string, Record<string, unknown>>

/** Few in the recording; a live run may ask for more. */
const PAIRS = Number(process.env['SEVERITY_PAIRS'] ?? 12)
const SEED = Number(process.env['SEVERITY_SEED'] ?? 1)

const otherTypes: ColumnTypeOptions = {
  bigint: 'bigint',
  decimal: 'number',
  date: 'Date',
  datetime: 'string',
  vector: 'Float64Array',
  json: 'string',
}

const server = useServer(import.meta.url)
const docs = new URL('../../../docs/drift.md', import.meta.url)

interface Change {
  readonly change: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Changes, the schemas that they make on the server, and what the programs of each table say. */
class Trial {
  readonly #database: string
  readonly #prefix: string
  readonly #types: ColumnTypeOptions
  #models: readonly [SchemaModel, SchemaModel] | undefined
  #sides: readonly [Side, Side] | undefined
  #uncompiled: ReadonlySet<string> = new Set()

  constructor(database: string, prefix: string, types: ColumnTypeOptions) {
    this.#database = database
    this.#prefix = prefix
    this.#types = types
  }

  nameOf(at: number): string {
    return `${this.#prefix}${at}`
  }

  /** Changes that the server refuses come back undefined, and are left out. */
  async open(changes: readonly Change[]): Promise<void> {
    const config = { types: this.#types, connection: { connectionLimit: 1 } }
    const sides: Side[] = []
    const models: SchemaModel[] = []
    for (const side of ['before', 'after'] as const) {
      const target = await openDatabase<Tables>(server, `${this.#database}_${side}`, config)
      const elsewhere = openClient<Tables>(target, { ...config, timeZone: '+08:00' })
      server.beforeClose(() => elsewhere.destroy())
      sides.push({ db: target.db, elsewhere })
      for (const [at, change] of changes.entries()) {
        for (const statement of change[side]) {
          await this.#send(target.db, statement.replaceAll('{t}', this.nameOf(at)), change)
        }
      }
      models.push(toSchemaModel([await target.db.metadata.read()]))
    }
    const [before, after] = models as [SchemaModel, SchemaModel]
    this.#models = [before, after]
    this.#sides = sides as [Side, Side] & Side[]
    this.#uncompiled = await findTypeErrors(this.#database, this.#models, { types: this.#types })
  }

  async #send(db: MatrixOne<Tables>, statement: string, { change }: Change): Promise<void> {
    await db.execute(statement).catch((error: Error) => {
      throw new Error(`${change}: ${statement}: ${error.message}`)
    })
  }

  /** The findings about one change. */
  findings(at: number): ReturnType<typeof compareModels> {
    const [before, after] = this.#models ?? []
    if (before === undefined || after === undefined) throw new Error('not opened')
    const names = new Set(['', 'p', 'v'].map((suffix) => `${this.nameOf(at)}${suffix}`))
    const only = ({ databases, ...model }: SchemaModel): SchemaModel => ({
      ...model,
      databases: databases.map(({ tables, ...database }) => ({
        ...database,
        tables: tables.filter(({ name }) => names.has(name)),
      })),
    })
    return compareModels(only(before), only(after), { types: this.#types })
  }

  /** Why the old program breaks; undefined when it does not. */
  async findBreak(at: number): Promise<string | undefined> {
    const [before, after] = this.#models ?? []
    if (before === undefined || after === undefined || this.#sides === undefined) {
      throw new Error('not opened')
    }
    const name = this.nameOf(at)
    for (const table of [name, `${name}p`, `${name}v`]) {
      if (this.#uncompiled.has(table)) return `${table} does not compile`
    }
    const [expected, actual] = [tableOf(before, name), tableOf(after, name)]
    if (expected === undefined || actual === undefined) throw new Error(`${name} is missing`)
    const view = tableOf(before, `${name}v`)
    const parent = tableOf(before, `${name}p`)?.name
    const pair = { expected, actual, views: view ? [view] : [], ...(parent && { parent }) }
    return findBreak(pair, { ...defaultColumnTypes, ...this.#types }, this.#sides)
  }
}

/** A line for each change on which the comparison and the program disagree. */
async function findDisagreements(
  trial: Trial,
  changes: readonly Change[],
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const [at, { change }] of changes.entries()) {
    const findings = trial.findings(at)
    const isBreaking = findings.some(({ severity }) => severity === 'breaking')
    const reason = await trial
      .findBreak(at)
      .catch((error: Error) => `program failed: ${error.message}`)
    if (isBreaking === (reason !== undefined)) continue
    const found = findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`).join(', ')
    wrong.push(`${trial.nameOf(at)} ${change}: ${found}; the program: ${reason ?? 'runs'}`)
  }
  return wrong
}

describe('the changes of docs/drift.md', () => {
  const trial = new Trial('kmo_severity_docs', 'd', {})
  let shown: readonly SeverityCase[] = []

  beforeAll(async () => {
    shown = severityCases.filter(({ needs }) => needs.every((need) => server.can[need]))
    await trial.open(shown)
  }, 600_000)

  it('are each found', () => {
    const missed = shown.filter((_, at) => trial.findings(at).length === 0)
    expect(missed.map(({ change }) => change)).toEqual([])
  })

  it('are breaking exactly when the old program breaks', async () => {
    expect(await findDisagreements(trial, shown)).toEqual([])
  }, 600_000)

  it('are the ones that the page has', () => {
    // An older server does not show all of them.
    if (shown.length < severityCases.length) return
    const found = shown.map((one, at): FoundCase => ({
      ...one,
      findings: trial.findings(at),
    }))
    const written = writeSeverityTables(found)
    const page = readFileSync(docs, 'utf8')
    const [start, end] = ['<!-- severities -->\n', '\n<!-- /severities -->']
    const [head = '', rest = ''] = page.split(start)
    const tail = rest.split(end)[1] ?? ''
    const wanted = `${head}${start}${written}${end}${tail}`
    if (process.env['UPDATE_DOCS']) writeFileSync(docs, wanted)
    else expect(page).toBe(wanted)
    expect(worstOf([])).toBeUndefined()
  })
})

describe.each([
  ['as they are read by default', 'kmo_severity', 'k', {}],
  ['as they are read with every other option', 'kmo_severity_other', 'o', otherTypes],
] as const)('random tables, %s', (_title, database, prefix, types) => {
  const trial = new Trial(database, prefix, types)
  const random = makeRandom(SEED + prefix.length + prefix.charCodeAt(0))
  let changes: readonly Change[] = []

  beforeAll(async () => {
    changes = Array.from({ length: Math.ceil(PAIRS / 2) }, (_, at) =>
      randomPair(random, trial.nameOf(at), server.can),
    )
    await trial.open(changes)
  }, 900_000)

  it('have a breaking finding exactly when the old program breaks', async () => {
    expect(await findDisagreements(trial, changes)).toEqual([])
  }, 3_600_000)
})
