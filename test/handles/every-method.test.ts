import { readFile, writeFile } from 'node:fs/promises'
import type { Connection } from 'mysql2/promise'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as library from 'kysely-matrixone'
import { matrixone, MatrixOneDialect, UnsupportedError, wrapTransaction } from 'kysely-matrixone'
import { openDatabase, openRaw } from '../support/database.js'
import type { Differences } from '../support/differences.js'
import { useServer } from '../support/server.js'
import {
  type AnyHandle,
  DATABASE,
  HANDLE_ROWS,
  MADE,
  MANAGER_ROWS,
  type MethodRow,
  type Names,
  ROLE,
  SILENT,
  SNAPSHOT,
  STAGE,
} from './method-rows.js'

const server = useServer(import.meta.url)
const EMPTY = 'kmo_every_empty'
const FOLDER = 'file:///var/lib/matrixone-test/every-method/'

let db: AnyHandle
let elsewhere: AnyHandle
let plain: Kysely<unknown>
let raw: Connection
let external: Connection

/** Base64 has tests of its own. */
const vectors = 'text'

/** The schema that the searches go by. */
const schema = {
  tables: {
    blog_posts: {
      key: ['id'],
      vectors: {
        title_vec: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'by_vec', algo: 'ivfflat', metric: 'l2' }],
        },
      },
      fulltext: { by_title: ['blog_title'] },
    },
  },
} as const

const snake: Names = (name) => name
const camel: Names = (name) =>
  name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())

/** Removes what a call has made, by the method's name. */
const TIDY: readonly (readonly [RegExp, string])[] = [
  [/[cC]reate|schema|diffToTable/, `drop table if exists ${DATABASE}.blog_made`],
  [/Database$|withBranch|subscriptions\.create/, `drop database if exists ${MADE}`],
  [/[rR]ole/, `drop role if exists ${MADE}`],
  [/users\.create/, `drop user if exists ${MADE}`],
  [/stage\.create/, `drop stage if exists ${MADE}`],
  [/snapshots\.create/, `drop snapshot if exists ${MADE}`],
  [/pitr\.create/, `drop pitr if exists ${MADE}`],
  [/publications\.create/, `drop publication if exists ${MADE}`],
  [/[iI]nsert|replaceInto/, `delete from ${DATABASE}.blog_posts where id = 7`],
  [/loadData|loadFiles/, `delete from ${DATABASE}.blog_notes where id > 3`],
  [/fulltextIndex\.create/, `drop index ft_blog_title on ${DATABASE}.blog_notes`],
  [/vectorOps\.create/, `drop index idx_title_vec on ${DATABASE}.blog_notes`],
]

async function tidy(name: string, { before }: Pick<MethodRow, 'before'>): Promise<void> {
  if (before !== undefined) await raw.query(`drop table if exists ${DATABASE}.blog_doomed`)
  for (const [method, text] of TIDY) {
    // In a transaction it was rolled back: then there is no such index.
    if (method.test(name)) await raw.query(text).catch(() => undefined)
  }
  if (/export|writeFile|diffToFile/.test(name)) await removeFiles('made*')
}

/** Before 4.1 no statement removes a file of a stage. */
async function removeFiles(pattern: string): Promise<void> {
  if (server.can.removeStageFiles) await db.stage.removeFiles(STAGE, pattern, { ifExists: true })
}

const columns = '(id int primary key, blog_title varchar(20), title_vec vecf32(3))'
const rows = "(1, 'one', '[1,1,1]'), (2, 'two', '[2,2,2]'), (3, 'three', '[3,3,3]')"

beforeAll(async () => {
  const opened = await openDatabase<Record<string, Record<string, unknown>>>(server, DATABASE, {
    schema,
    vectors,
  })
  raw = opened.raw
  db = opened.db
  elsewhere = (
    await openDatabase<Record<string, Record<string, unknown>>>(server, EMPTY, { schema, vectors })
  ).db
  plain = new Kysely({
    dialect: new MatrixOneDialect({
      connection: { ...server.options, database: DATABASE },
      schema,
      vectors,
    }),
  })
  server.beforeClose(() => plain.destroy())
  external = await openRaw(server, { database: DATABASE })
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await raw.query(`drop role if exists ${ROLE}`)
  await raw.query(`create role ${ROLE}`)
  await raw.query(`drop stage if exists ${STAGE}`)
  // A folder apart for each run, so that it does not meet the files of another at the same time.
  const { rows: made } = await db.execute<{ id: string }>('select uuid() as id')
  const folder = `${FOLDER}${server.can.removeStageFiles ? String(made[0]?.id) : 'kept'}/`
  await raw.query(`create stage ${STAGE} url = '${folder}'`)
  for (const table of ['blog_posts', 'blog_notes']) {
    await raw.query(`create table ${DATABASE}.${table} ${columns}`)
    await raw.query(`insert into ${DATABASE}.${table} values ${rows}`)
  }
  await raw.query(
    `create index by_vec using ivfflat on ${DATABASE}.blog_posts (title_vec) lists = 1 op_type 'vector_l2_ops'`,
  )
  await raw.query(`create fulltext index by_title on ${DATABASE}.blog_posts (blog_title)`)
  await raw.query(`data branch create table ${DATABASE}.blog_drafts from ${DATABASE}.blog_posts`)
  await raw.query(`insert into ${DATABASE}.blog_drafts values (9, 'nine', '[9,9,9]')`)
  await raw.query(`create snapshot ${SNAPSHOT} for database ${DATABASE}`)
  await removeFiles('*')
  await writeFixture('rows.csv', 'a,b\n')
  await writeFixture('notes.csv', '8,eight,"[1,2,3]"\n')
  if (!server.can.exportFormat) return
  const ids = db.selectFrom('blog_posts').select(sql<number>`id + 10`.as('id'))
  await db.export.parquet(ids, { stage: STAGE, file: 'rows.parquet' })
})

async function writeFixture(name: string, text: string): Promise<void> {
  await db.stage.writeFile(STAGE, name, text).catch((error: unknown) => {
    if (!isAboutFile(error)) throw error
  })
}

afterAll(async () => {
  await removeFiles('*')
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await raw.query(`drop stage if exists ${STAGE}`)
  await raw.query(`drop role if exists ${ROLE}`)
})

/** A way to a handle, and the names of the tables there. */
interface Way {
  readonly title: string
  readonly names: Names
  readonly isTransaction: boolean
  readonly isPast: boolean
  readonly use: <T>(call: (handle: AnyHandle) => Promise<T>) => Promise<T>
}

const ROLLBACK = new Error('rolled back')

async function rolledBack<T>(
  run: (body: (trx: unknown) => Promise<never>) => Promise<never>,
  call: (handle: AnyHandle) => Promise<T>,
): Promise<T> {
  let outcome: { readonly value: T } | undefined
  try {
    await run(async (trx) => {
      outcome = { value: await call(trx as AnyHandle) }
      throw ROLLBACK
    })
  } catch (error) {
    if (error !== ROLLBACK || outcome === undefined) throw error
  }
  return (outcome as { readonly value: T }).value
}

const way = (title: string, use: Way['use'], more: Partial<Way> = {}): Way => ({
  title,
  names: snake,
  isTransaction: false,
  isPast: false,
  use,
  ...more,
})

const WAYS: readonly Way[] = [
  way('`db`', (call) => call(db)),
  way('`withSchema`', (call) => call(elsewhere.withSchema(DATABASE))),
  way('`CamelCasePlugin`', (call) => call(db.withPlugin(new CamelCasePlugin())), { names: camel }),
  way('`withDeadline`', (call) => call(db.withDeadline({ timeout: 60_000 }))),
  way('`pinned`', (call) => db.pinned(call as never)),
  way('`connection()`', (call) => db.connection().execute(call as never)),
  way('`trx`', (call) => rolledBack((body) => db.transaction().execute(body), call), {
    isTransaction: true,
  }),
  way(
    'controlled',
    (call) =>
      rolledBack(async (body) => {
        const trx = await db.startTransaction().execute()
        try {
          return await body(trx)
        } finally {
          await trx.rollback().execute()
        }
      }, call),
    { isTransaction: true },
  ),
  way(
    '`wrapTransaction`',
    (call) =>
      rolledBack(async (body) => {
        await external.query('begin')
        try {
          return await body(await wrapTransaction(external as never, { schema, vectors }))
        } finally {
          await external.query('rollback')
        }
      }, call),
    { isTransaction: true },
  ),
  way('`at`', (call) => call(db.at({ snapshot: SNAPSHOT })), { isPast: true }),
]

const PLAIN = way('plain `Kysely`', (call) => {
  const selectFrom = plain.selectFrom.bind(plain)
  return call({ ...matrixone(plain), selectFrom } as unknown as AnyHandle)
})

const isRefusedThere = ({ refused }: MethodRow, { isPast, isTransaction }: Way): boolean =>
  (isPast && refused.startsWith('at')) || (isTransaction && refused.includes('transactions'))

const isRefusedByOlder = (name: string, { isTransaction }: Way): boolean =>
  OLDER.some(
    ([method, isAble, where]) =>
      method.test(name) && !isAble(server.can) && (isTransaction || where === 'everywhere'),
  )

/** Methods that the client refuses on a server without an ability. */
const OLDER: readonly (readonly [
  RegExp,
  (can: Differences) => boolean,
  'everywhere' | 'in transactions',
])[] = [
  [/^branch\.diffToTable$/, (can) => can.branchOutputAs, 'everywhere'],
  [/^branch\.delete/, (can) => can.branchDeleteChecksTarget, 'everywhere'],
  [/^export\.(jsonLines|parquet)$/, (can) => can.exportFormat, 'everywhere'],
  [/^restore\.cluster$/, (can) => can.restoreGrammar === 'object {snapshot}', 'everywhere'],
  [/^stage\.removeFiles$/, (can) => can.removeStageFiles, 'everywhere'],
  [/^vectorOps\.alter$/, (can) => can.indexAutoUpdate, 'everywhere'],
  [/^branch\.(diff|merge)/, (can) => can.branchDiffInTransaction, 'in transactions'],
  [/^clone\./, (can) => can.cloneJoinsTransaction, 'in transactions'],
]

/** The server's word on a file before 4.1, where it cannot remove one or read this Parquet: it was asked. */
function isAboutFile(error: unknown): boolean {
  return (
    !server.can.removeStageFiles &&
    /file \S+ already exists|file does not exist in load flow|not yet implemented/.test(
      String(error),
    )
  )
}

async function tryMethod(row: MethodRow, { names, use }: Way): Promise<'works' | 'refuses'> {
  try {
    await use(async (handle) => row.call(handle, names))
    return 'works'
  } catch (error) {
    if (row.answer !== undefined && error instanceof row.answer) return 'works'
    if (isAboutFile(error)) return 'works'
    // kysely's own words for what a transaction does not have.
    if (error instanceof UnsupportedError && error.errno === undefined) return 'refuses'
    if (/calling the (transaction|connection|startTransaction|controlled)/i.test(String(error)))
      return 'refuses'
    throw error
  }
}

function methodsOf(prototype: object): readonly string[] {
  const names = new Set<string>()
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== 'constructor') names.add(name)
  }
  return [...names].toSorted()
}

/** The managers on a handle, those on managers, and the doctor, by their paths. */
function managerPaths(): ReadonlyMap<string, object> {
  const found = new Map<string, object>()
  const visit = (path: string, manager: object): void => {
    found.set(path, manager)
    for (const [name, inner] of Object.entries(manager)) {
      if ((inner as object).constructor.name.endsWith('Manager'))
        visit(`${path}.${name}`, inner as object)
    }
  }
  for (const [name, manager] of Object.entries(matrixone(db))) visit(name, manager as object)
  // Not on a plain Kysely: it examines searches, which that does not have.
  visit('doctor', db.doctor)
  return found
}

describe('every method', () => {
  it('of a manager has a row', () => {
    const methods = [...managerPaths()].flatMap(([path, manager]) =>
      methodsOf(Object.getPrototypeOf(manager) as object).map((method) => `${path}.${method}`),
    )
    expect(methods.toSorted()).toEqual(Object.keys(MANAGER_ROWS).toSorted())
  })

  it('of a handle has a row', () => {
    const managers = [...Object.keys(matrixone(db)), 'doctor']
    for (const type of [
      library.MatrixOne,
      library.MatrixOneTransaction,
      library.MatrixOneControlledTransaction,
    ]) {
      const methods = methodsOf(type.prototype).filter(
        (name) => !SILENT.has(name) && !managers.includes(name),
      )
      expect(methods).toEqual(Object.keys(HANDLE_ROWS).toSorted())
    }
  })
})

/** Tries every row, and tells where one does not do what it should. */
async function tryAll(
  entries: readonly (readonly [string, MethodRow])[],
  at: Way,
): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, row] of entries) {
    const isRefused = isRefusedThere(row, at)
    const expected = isRefused || isRefusedByOlder(name, at) ? 'refuses' : 'works'
    try {
      if (!isRefused) for (const text of row.before ?? []) await raw.query(text)
      const outcome = await tryMethod(row, at)
      if (outcome !== expected) wrong.push(`${name} ${outcome}`)
    } catch (error) {
      wrong.push(`${name}: ${String(error).slice(0, 300)}`)
    }
    if (!isRefused) await tidy(name, row)
  }
  return wrong
}

describe.each(WAYS.map((each) => [each.title, each] as const))('on %s', (_title, at) => {
  it('each method of the handle works or refuses as documented', async () => {
    expect(await tryAll(Object.entries(HANDLE_ROWS), at)).toEqual([])
  }, 300_000)

  it('each method of a manager works or refuses as documented', async () => {
    expect(await tryAll(Object.entries(MANAGER_ROWS), at)).toEqual([])
  }, 300_000)
})

describe('on a plain Kysely', () => {
  it('each method of a manager works or refuses as documented', async () => {
    const rows = Object.entries(MANAGER_ROWS).filter(([name]) => !name.startsWith('doctor.'))
    expect(await tryAll(rows, PLAIN)).toEqual([])
  }, 300_000)
})

describe('the table in docs/handles.md', () => {
  const path = new URL('../../docs/handles.md', import.meta.url)
  const [begin, end] = ['<!-- methods -->\n', '<!-- /methods -->']

  it('is made of these rows', async () => {
    const text = await readFile(path, 'utf8')
    const [before = '', rest = ''] = text.split(begin)
    const [, after = ''] = rest.split(end)
    const expected = `${before}${begin}${writeTable()}${end}${after}`
    // UPDATE_DOCS=1 writes it.
    if (process.env['UPDATE_DOCS'] !== undefined) await writeFile(path, expected)
    else expect(text).toBe(expected)
  })
})

/** One line for the methods of one manager that do the same everywhere. */
function writeTable(): string {
  const lines = new Map<string, string[]>()
  for (const [name, { refused }] of Object.entries({ ...HANDLE_ROWS, ...MANAGER_ROWS })) {
    const manager = name.split('.').slice(0, -1).join('.')
    const outside = refused.includes('transactions') ? 'refuses' : 'works'
    const past = refused.startsWith('at') ? 'refuses' : 'works'
    const cells = `works | ${outside} | ${past}`
    const key = `${manager}|${cells}`
    lines.set(key, [...(lines.get(key) ?? []), name.slice(manager === '' ? 0 : manager.length + 1)])
  }
  const heading = [
    '| | methods | `db`, `withSchema`, `CamelCasePlugin`, `withDeadline`, `pinned`, `connection()`, plain `Kysely` | `trx`, controlled, `wrapTransaction` | `at` |',
    '|---|---|---|---|---|',
  ]
  const body = [...lines].map(([key, methods]) => {
    const [manager, cells] = [key.slice(0, key.indexOf('|')), key.slice(key.indexOf('|') + 1)]
    const names = methods.map((name) => `\`${name}\``).join(', ')
    return `| ${manager === '' ? 'the handle' : `\`${manager}\``} | ${names} | ${cells} |`
  })
  return `${[...heading, ...body].join('\n')}\n`
}
