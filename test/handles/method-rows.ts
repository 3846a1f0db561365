/**
 * A row for each method of a handle and of its managers: how it is called, and where it is refused. A
 * method without a row fails `every-method.test.ts`. Over 300 lines because there is a row for each.
 */
import { PassThrough } from 'node:stream'
import { type CreateTableBuilder, DeduplicateJoinsPlugin, type Kysely, sql } from 'kysely'
import {
  AccountError,
  CdcError,
  type MatrixOne,
  PitrError,
  PubSubError,
  RestoreError,
  StageError,
} from 'kysely-matrixone'
import { toSchemaModel } from 'kysely-matrixone/schema'

/** Any tables; the handles of the test have the managers of one class or another. */
export type AnyHandle = MatrixOne<Record<string, Record<string, unknown>>>

/** Where every object of the test is. */
export const DATABASE = 'kmo_every_method'
export const SNAPSHOT = 'kmo_every_snapshot'
export const STAGE = 'kmo_every_stage'
export const ROLE = 'kmo_every_role'
/** The name of an account-wide object that a call makes; `undo` removes it. */
export const MADE = 'kmo_every_made'
const NONE = 'kmo_every_none'

/** Names as a handle knows them: in camelCase under that plugin. */
export type Names = (name: string) => string

/** Where a method is refused: on the past, in transactions. */
type Refusals = '' | 'at' | 'at, transactions' | 'transactions'

/** A row of the table. */
export interface MethodRow {
  readonly refused: Refusals
  readonly call: (handle: AnyHandle, name: Names) => unknown
  /** The server's own answer to the call, when that is an error: the method went through. */
  readonly answer?: new (message: string) => Error
  /** SQL of the set-up before each call. */
  readonly before?: readonly string[]
}

const WRITES = 'at'
const OUTSIDE = 'at, transactions'

const build = (name: Names) => (table: CreateTableBuilder<string, never>) =>
  table
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn(name('blog_title'), 'varchar(20)')
    .addColumn(name('title_vec'), sql`vecf32(3)`)

const row = (name: Names): Record<string, unknown> => ({
  id: 7,
  [name('blog_title')]: 'seven',
  [name('title_vec')]: [7, 7, 7],
})

const branched = [`data branch create table ${DATABASE}.blog_doomed from ${DATABASE}.blog_posts`]
const indexed = [
  `create table ${DATABASE}.blog_doomed (id int primary key, blog_title varchar(20), title_vec vecf32(3))`,
  `create fulltext index doomed_text on ${DATABASE}.blog_doomed (blog_title)`,
  `create index doomed_vec using ivfflat on ${DATABASE}.blog_doomed (title_vec) lists = 1 op_type 'vector_l2_ops'`,
]

function expectKey(rows: readonly object[], key: string): void {
  if (rows.length === 0 || !rows.every((each) => key in each)) {
    throw new Error(`No rows with ${key}: ${JSON.stringify(rows)}`)
  }
}

const csv = (title: string): string => `8,${title},"[1,2,3]"\n`
const endpoint = { host: '127.0.0.1', port: 6001, user: 'root', password: '111' }

/** The methods of a handle itself. */
export const HANDLE_ROWS: Readonly<Record<string, MethodRow>> = {
  selectFrom: {
    refused: '',
    call: async (db, n) =>
      expectKey(await db.selectFrom(n('blog_posts')).selectAll().execute(), n('blog_title')),
  },
  selectNoFrom: {
    refused: '',
    call: (db) => db.selectNoFrom(sql<number>`1`.as('one')).execute(),
  },
  with: {
    refused: '',
    call: (db, n) =>
      db
        .with('w', (q) => q.selectFrom(n('blog_posts')).selectAll())
        .selectFrom('w')
        .selectAll()
        .execute(),
  },
  withRecursive: {
    refused: '',
    call: (db, n) =>
      db
        .withRecursive('w', (q) => q.selectFrom(n('blog_posts')).selectAll())
        .selectFrom('w')
        .selectAll()
        .execute(),
  },
  vectorSearch: {
    refused: '',
    call: async (db, n) => {
      const exact = { exact: true, metric: 'l2' } as const
      const near = db.vectorSearch(n('blog_posts'), n('title_vec'), [1, 2, 3], exact)
      expectKey(await near.select(n('blog_title')).execute(), n('blog_title'))
    },
  },
  hybridSearch: {
    refused: '',
    call: async (db, n) => {
      const exact = { exact: true, metric: 'l2' } as const
      const found = db.hybridSearch(n('blog_posts'), (leg) => ({
        near: leg.vector(n('title_vec'), [1, 2, 3], exact),
      }))
      expectKey(await found.select(n('blog_title')).execute(), n('blog_title'))
    },
  },
  textSearch: {
    refused: WRITES,
    call: async (db, n) => {
      const found = db.textSearch(n('blog_posts'), [n('blog_title')], 'two').select(n('blog_title'))
      expectKey(await found.execute(), n('blog_title'))
    },
  },
  vectorIndex: {
    refused: '',
    call: async (db, n) => {
      const index = db.vectorIndex(n('blog_posts'), {
        metadata: [n('blog_title')],
        exact: true,
        metric: 'l2',
      })
      const { matches } = await index.query({ vector: [1, 2, 3] })
      for (const { metadata } of matches) expectKey([metadata], n('blog_title'))
    },
  },
  match: {
    refused: WRITES,
    call: (db, n) => {
      const match = db.match(n('blog_posts'), [n('blog_title')], 'two')
      return db.selectFrom(n('blog_posts')).where(match).select('id').execute()
    },
  },
  insertInto: {
    refused: WRITES,
    call: (db, n) => db.insertInto(n('blog_posts')).values(row(n)).execute(),
  },
  replaceInto: {
    refused: WRITES,
    call: (db, n) => db.replaceInto(n('blog_posts')).values(row(n)).execute(),
  },
  updateTable: {
    refused: WRITES,
    call: (db, n) =>
      db
        .updateTable(n('blog_posts'))
        .set({ [n('blog_title')]: 'x' })
        .where('id', '=', 7)
        .execute(),
  },
  deleteFrom: {
    refused: WRITES,
    call: (db, n) => db.deleteFrom(n('blog_posts')).where('id', '=', 7).execute(),
  },
  execute: { refused: '', call: (db) => db.execute('select ? as one', [1]) },
  executeQuery: {
    refused: '',
    call: (db, n) => db.executeQuery(db.selectFrom(n('blog_posts')).select('id')),
  },
  batches: {
    refused: '',
    call: async (db, n) => {
      for await (const _rows of db.batches(db.selectFrom(n('blog_posts')).select('id')));
    },
  },
  scan: {
    refused: '',
    call: async (db, n) => {
      for await (const _rows of db.scan(n('blog_posts'), { columns: ['id'] }));
    },
  },
  insert: { refused: WRITES, call: (db, n) => db.insert(n('blog_posts'), row(n)) },
  bulkInsert: { refused: WRITES, call: (db, n) => db.bulkInsert(n('blog_posts'), [row(n)]) },
  batchInsert: { refused: WRITES, call: (db, n) => db.batchInsert(n('blog_posts'), [row(n)]) },
  createTable: { refused: WRITES, call: (db, n) => db.createTable(n('blog_made'), build(n)) },
  createTableWithIndex: {
    refused: WRITES,
    call: (db, n) =>
      db.createTableWithIndex(n('blog_made'), build(n), {
        vector: [{ column: n('title_vec'), algorithm: 'ivfflat', metric: 'l2' }],
        fulltext: [{ columns: [n('blog_title')] }],
      }),
  },
  dropTable: { refused: WRITES, before: indexed, call: (db, n) => db.dropTable(n('blog_doomed')) },
  schema: {
    refused: WRITES,
    call: (db, n) => db.schema.createTable(n('blog_made')).addColumn('id', 'integer').execute(),
  },
  introspection: { refused: '', call: (db) => db.introspection.getTables() },
  assertSchema: {
    refused: '',
    call: async (db) => {
      const { name, tables } = await db.metadata.read()
      await db.assertSchema(toSchemaModel([{ name, tables }]))
    },
  },
  transaction: {
    refused: 'transactions',
    call: (db, n) =>
      db.transaction().execute((trx) => trx.selectFrom(n('blog_posts')).select('id').execute()),
  },
  startTransaction: {
    refused: 'transactions',
    call: async (db, n) => {
      const trx = await db.startTransaction().execute()
      await trx.selectFrom(n('blog_posts')).select('id').execute()
      await trx.rollback().execute()
    },
  },
  connection: {
    refused: 'transactions',
    call: (db, n) =>
      db.connection().execute((one) => one.selectFrom(n('blog_posts')).select('id').execute()),
  },
  pinned: {
    refused: '',
    call: (db, n) => db.pinned((one) => one.selectFrom(n('blog_posts')).select('id').execute()),
  },
  withDeadline: {
    refused: '',
    call: (db, n) =>
      db.withDeadline({ timeout: 60_000 }).selectFrom(n('blog_posts')).select('id').execute(),
  },
  withLogMode: {
    refused: '',
    call: (db, n) => db.withLogMode('off').selectFrom(n('blog_posts')).select('id').execute(),
  },
  at: {
    refused: '',
    call: (db, n) =>
      db.at({ snapshot: SNAPSHOT }).selectFrom(n('blog_posts')).select('id').execute(),
  },
  withPlugin: {
    refused: '',
    call: (db, n) => {
      const plugin = new DeduplicateJoinsPlugin()
      return db.withPlugin(plugin).selectFrom(n('blog_posts')).select('id').execute()
    },
  },
  withoutPlugins: {
    refused: '',
    call: (db) =>
      db.withoutPlugins().withSchema(DATABASE).selectFrom('blog_posts').select('id').execute(),
  },
  withSchema: {
    refused: '',
    call: (db, n) => db.withSchema(n(DATABASE)).selectFrom(n('blog_posts')).select('id').execute(),
  },
}

/** Methods of handles that send nothing of their own, or end the handle. */
export const SILENT: ReadonlySet<string> = new Set([
  'dynamic',
  'case',
  'fn',
  'isTransaction',
  'getExecutor',
  'hooks',
  'listeners',
  'interceptors',
  'withTables',
  '$extendTables',
  '$omitTables',
  '$pickTables',
  // Nowhere on MatrixOne: docs/handles.md.
  'mergeInto',
  'startTwoPhaseTransaction',
  'savepoint',
  'rollbackToSavepoint',
  'releaseSavepoint',
  // The end of a handle.
  'destroy',
  'commit',
  'rollback',
  'isCommitted',
  'isRolledBack',
])

/** The methods of managers, as `manager.method`. */
export const MANAGER_ROWS: Readonly<Record<string, MethodRow>> = {
  'account.create': {
    refused: OUTSIDE,
    answer: AccountError,
    call: (db) => db.account.create('sys', { admin: { name: 'a', password: 'Every_111' } }),
  },
  'account.get': { refused: WRITES, call: (db) => db.account.get('sys') },
  'account.list': { refused: WRITES, call: (db) => db.account.list() },
  'account.exists': { refused: WRITES, call: (db) => db.account.exists(NONE) },
  'account.alter': {
    refused: OUTSIDE,
    answer: AccountError,
    call: (db) => db.account.alter(NONE, { comment: 'x' }),
  },
  'account.drop': { refused: OUTSIDE, call: (db) => db.account.drop(NONE, { ifExists: true }) },
  'account.current': { refused: WRITES, call: (db) => db.account.current() },
  'account.createCodegenRole': {
    refused: OUTSIDE,
    call: (db, n) => db.account.createCodegenRole(MADE, { databases: [n(DATABASE)] }),
  },
  'account.users.create': {
    refused: OUTSIDE,
    call: (db) => db.account.users.create(MADE, { password: 'Every_111' }),
  },
  'account.users.get': { refused: WRITES, call: (db) => db.account.users.get('root') },
  'account.users.list': { refused: WRITES, call: (db) => db.account.users.list() },
  'account.users.exists': { refused: WRITES, call: (db) => db.account.users.exists(NONE) },
  'account.users.alter': {
    refused: OUTSIDE,
    answer: AccountError,
    call: (db) => db.account.users.alter(NONE, { locked: true }),
  },
  'account.users.drop': {
    refused: OUTSIDE,
    call: (db) => db.account.users.drop(NONE, { ifExists: true }),
  },
  'account.roles.create': { refused: OUTSIDE, call: (db) => db.account.roles.create(MADE) },
  'account.roles.get': { refused: WRITES, call: (db) => db.account.roles.get('public') },
  'account.roles.list': { refused: WRITES, call: (db) => db.account.roles.list() },
  'account.roles.exists': { refused: WRITES, call: (db) => db.account.roles.exists(NONE) },
  'account.roles.grant': {
    refused: OUTSIDE,
    answer: AccountError,
    call: (db) => db.account.roles.grant(ROLE, { to: NONE }),
  },
  'account.roles.revoke': {
    refused: OUTSIDE,
    answer: AccountError,
    call: (db) => db.account.roles.revoke(ROLE, { from: NONE }),
  },
  'account.roles.drop': {
    refused: OUTSIDE,
    call: (db) => db.account.roles.drop(NONE, { ifExists: true }),
  },
  'account.grants.grant': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.account.grants.grant(
        { on: { table: `${n(DATABASE)}.${n('blog_posts')}` }, privileges: ['select'] },
        { to: ROLE },
      ),
  },
  'account.grants.revoke': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.account.grants.revoke(
        { on: { database: n(DATABASE) }, privileges: ['show tables'] },
        { from: ROLE },
      ),
  },
  'account.grants.list': { refused: WRITES, call: (db) => db.account.grants.list({ role: ROLE }) },
  'branch.createTable': {
    refused: WRITES,
    call: (db, n) => db.branch.createTable(n('blog_made'), { from: n('blog_posts') }),
  },
  'branch.createDatabase': {
    refused: WRITES,
    call: (db, n) => db.branch.createDatabase(n(MADE), { from: n(DATABASE) }),
  },
  'branch.deleteTable': {
    refused: WRITES,
    before: branched,
    call: (db, n) => db.branch.deleteTable(n('blog_doomed')),
  },
  'branch.deleteDatabase': {
    refused: WRITES,
    before: [`data branch create database ${MADE} from ${DATABASE}`],
    call: (db, n) => db.branch.deleteDatabase(n(MADE)),
  },
  'branch.diff': {
    refused: WRITES,
    call: async (db, n) => {
      const columns = ['id', n('blog_title')]
      const rows = await db.branch.diff(n('blog_drafts'), { against: n('blog_posts'), columns })
      expectKey(
        rows.map((each) => each.row),
        n('blog_title'),
      )
    },
  },
  'branch.diffSummary': {
    refused: WRITES,
    call: (db, n) => db.branch.diffSummary(n('blog_drafts'), { against: n('blog_posts') }),
  },
  'branch.diffCount': {
    refused: WRITES,
    call: (db, n) => db.branch.diffCount(n('blog_drafts'), { against: n('blog_posts') }),
  },
  'branch.diffToTable': {
    refused: WRITES,
    call: (db, n) =>
      db.branch.diffToTable(n('blog_drafts'), { against: n('blog_posts'), table: n('blog_made') }),
  },
  'branch.diffToFile': {
    refused: WRITES,
    call: (db, n) =>
      db.branch.diffToFile(n('blog_drafts'), {
        against: n('blog_posts'),
        directory: `stage://${STAGE}/`,
      }),
  },
  'branch.merge': {
    refused: WRITES,
    before: branched,
    call: (db, n) => db.branch.merge(n('blog_drafts'), { into: n('blog_doomed') }),
  },
  'branch.pick': {
    refused: OUTSIDE,
    before: branched,
    call: (db, n) => db.branch.pick(n('blog_drafts'), { into: n('blog_doomed'), keys: [9] }),
  },
  'branch.withBranch': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.branch.withBranch({ database: n(DATABASE), name: n(MADE) }, (branchDb) =>
        branchDb.selectFrom(n('blog_posts')).select('id').execute(),
      ),
  },
  'cdc.create': {
    refused: OUTSIDE,
    answer: CdcError,
    call: (db) =>
      db.cdc.create(MADE, {
        source: endpoint,
        sink: endpoint,
        tables: [{ from: `${NONE}.a`, to: `${NONE}.b` }],
      }),
  },
  'cdc.get': { refused: OUTSIDE, answer: CdcError, call: (db) => db.cdc.get(NONE) },
  'cdc.list': { refused: OUTSIDE, call: (db) => db.cdc.list() },
  'cdc.exists': { refused: OUTSIDE, answer: CdcError, call: (db) => db.cdc.exists(NONE) },
  'cdc.pause': { refused: OUTSIDE, answer: CdcError, call: (db) => db.cdc.pause(NONE) },
  'cdc.resume': { refused: OUTSIDE, answer: CdcError, call: (db) => db.cdc.resume(NONE) },
  'cdc.restart': { refused: OUTSIDE, answer: CdcError, call: (db) => db.cdc.restart(NONE) },
  'cdc.drop': { refused: OUTSIDE, call: (db) => db.cdc.drop(NONE, { ifExists: true }) },
  'cdc.pauseAll': { refused: OUTSIDE, call: (db) => withoutTasks(db, () => db.cdc.pauseAll()) },
  'cdc.dropAll': { refused: OUTSIDE, call: (db) => withoutTasks(db, () => db.cdc.dropAll()) },
  'clone.createTable': {
    refused: WRITES,
    call: (db, n) => db.clone.createTable(n('blog_made'), { from: n('blog_posts') }),
  },
  'clone.createDatabase': {
    refused: WRITES,
    call: (db, n) => db.clone.createDatabase(n(MADE), { from: n(DATABASE) }),
  },
  'doctor.index': {
    refused: WRITES,
    call: async (db, n) => {
      const report = await db.doctor.index(n('blog_posts'), n('title_vec') as never)
      expectKey(report.indexes, 'statistics')
    },
  },
  'doctor.recall': {
    refused: WRITES,
    call: async (db, n) => {
      const { limits } = await db.doctor.recall(
        (one, query: number[]) => one.vectorSearch(n('blog_posts'), n('title_vec'), query),
        [[1, 2, 3]],
      )
      expectKey(limits, 'recall')
    },
  },
  'doctor.evaluate': {
    refused: WRITES,
    call: async (db, n) => {
      const exact = { exact: true, metric: 'l2' } as const
      const { searches } = await db.doctor.evaluate(
        {
          near: (it, query: number[]) =>
            it.vectorSearch(n('blog_posts'), n('title_vec'), query, exact),
        },
        [{ id: 'one', query: [1, 2, 3], grades: new Map([['1', 1]]) }],
      )
      expectKey(searches, 'ndcg')
    },
  },
  'export.csv': {
    refused: WRITES,
    call: (db, n) =>
      db.export.csv(
        db.selectFrom(n('blog_posts')).selectAll(),
        { stage: STAGE, file: 'made.csv' },
        { forceQuote: [n('blog_title')] },
      ),
  },
  'export.jsonLines': {
    refused: WRITES,
    call: (db, n) =>
      db.export.jsonLines(db.selectFrom(n('blog_posts')).selectAll(), {
        stage: STAGE,
        file: 'made.jsonl',
      }),
  },
  'export.parquet': {
    refused: WRITES,
    call: (db, n) =>
      db.export.parquet(db.selectFrom(n('blog_posts')).select('id'), {
        stage: STAGE,
        file: 'made.parquet',
      }),
  },
  'export.toStream': {
    refused: WRITES,
    call: async (db, n) => {
      const sink = new PassThrough().resume()
      const { rows, columns } = await db.export.toStream(n('blog_posts'), sink)
      expectKey(
        Array.from({ length: rows }, () => Object.fromEntries(columns.map((name) => [name, 0]))),
        'blog_title',
      )
    },
  },
  'fulltextIndex.create': {
    refused: WRITES,
    call: (db, n) => db.fulltextIndex.create(n('blog_notes'), [n('blog_title')]),
  },
  'fulltextIndex.get': {
    refused: WRITES,
    call: (db, n) => db.fulltextIndex.get(n('blog_posts'), n('by_title')),
  },
  'fulltextIndex.list': {
    refused: WRITES,
    call: async (db, n) => expectKey(await db.fulltextIndex.list(n('blog_posts')), 'parser'),
  },
  'fulltextIndex.exists': {
    refused: WRITES,
    call: (db, n) => db.fulltextIndex.exists(n('blog_posts'), n('by_title')),
  },
  'fulltextIndex.drop': {
    refused: WRITES,
    before: indexed,
    call: (db, n) => db.fulltextIndex.drop(n('blog_doomed'), n('doomed_text')),
  },
  'loadData.csv': {
    refused: WRITES,
    call: (db, n) =>
      db.loadData.csv(
        n('blog_notes'),
        { text: csv('eight') },
        { columns: ['id', n('blog_title'), n('title_vec')] },
      ),
  },
  'loadData.jsonLines': {
    refused: WRITES,
    call: (db, n) =>
      db.loadData.jsonLines(n('blog_notes'), {
        text: '{"id":8,"blog_title":"eight","title_vec":"[1,2,3]"}\n',
      }),
  },
  'loadData.parquet': {
    refused: WRITES,
    call: (db, n) =>
      db.loadData.parquet(
        n('blog_notes'),
        { stage: STAGE, file: 'rows.parquet' },
        { columns: ['id'] },
      ),
  },
  'loadData.rows': {
    refused: WRITES,
    call: (db, n) => db.loadData.rows(n('blog_notes'), [{ ...row(n), id: 8 }]),
  },
  'metadata.read': { refused: '', call: (db) => db.metadata.read({ include: ['blog_posts'] }) },
  'metadata.tables': {
    refused: '',
    call: async (db) => expectKey(await db.metadata.tables({ include: ['blog_posts'] }), 'columns'),
  },
  'metadata.table': { refused: '', call: (db, n) => db.metadata.table(n('blog_posts')) },
  'metadata.exists': {
    refused: '',
    call: async (db, n) => {
      if (!(await db.metadata.exists(n('blog_posts')))) throw new Error('not found')
    },
  },
  'metadata.columns': { refused: '', call: (db, n) => db.metadata.columns(n('blog_posts')) },
  'metadata.indexes': { refused: '', call: (db, n) => db.metadata.indexes(n('blog_posts')) },
  'metadata.vectorIndexes': {
    refused: '',
    call: (db, n) => db.metadata.vectorIndexes(n('blog_posts')),
  },
  'metadata.fulltextIndexes': {
    refused: '',
    call: (db, n) => db.metadata.fulltextIndexes(n('blog_posts')),
  },
  'metadata.size': { refused: WRITES, call: (db, n) => db.metadata.size(n('blog_posts')) },
  'metadata.sizes': {
    refused: WRITES,
    call: async (db) => expectKey(await db.metadata.sizes(), 'bytes'),
  },
  'metadata.scan': {
    refused: WRITES,
    call: (db, n) => db.metadata.scan(n('blog_posts'), { column: n('blog_title') }),
  },
  'metadata.statistics': {
    refused: WRITES,
    call: (db, n) => db.metadata.statistics(n('blog_posts')),
  },
  'metadata.verifyIndexes': {
    refused: WRITES,
    call: (db, n) => db.metadata.verifyIndexes(n('blog_posts')),
  },
  'metadata.databases': { refused: WRITES, call: (db) => db.metadata.databases() },
  'metadata.serverVersion': { refused: '', call: (db) => db.metadata.serverVersion() },
  'metadata.gitVersion': { refused: '', call: (db) => db.metadata.gitVersion() },
  'moCtl.flush': { refused: WRITES, call: (db, n) => db.moCtl.flush(n('blog_posts')) },
  'moCtl.checkpoint': { refused: WRITES, call: (db) => db.moCtl.checkpoint() },
  'moCtl.globalCheckpoint': { refused: WRITES, call: (db) => db.moCtl.globalCheckpoint() },
  'pitr.create': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.pitr.create(MADE, { level: 'table', table: n('blog_notes'), range: 1, unit: 'h' }),
  },
  'pitr.alter': {
    refused: OUTSIDE,
    answer: PitrError,
    call: (db) => db.pitr.alter(NONE, { range: 1, unit: 'h' }),
  },
  'pitr.drop': { refused: OUTSIDE, call: (db) => db.pitr.drop(NONE, { ifExists: true }) },
  'pitr.get': { refused: OUTSIDE, answer: PitrError, call: (db) => db.pitr.get(NONE) },
  'pitr.exists': { refused: OUTSIDE, call: (db) => db.pitr.exists(NONE) },
  'pitr.list': { refused: OUTSIDE, call: (db, n) => db.pitr.list({ database: n(DATABASE) }) },
  'pubsub.publications.create': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.pubsub.publications.create(MADE, {
        database: n(DATABASE),
        tables: [n('blog_posts')],
        accounts: 'all',
      }),
  },
  'pubsub.publications.get': {
    refused: WRITES,
    answer: PubSubError,
    call: (db) => db.pubsub.publications.get(NONE),
  },
  'pubsub.publications.list': {
    refused: WRITES,
    call: (db, n) => db.pubsub.publications.list({ database: n(DATABASE) }),
  },
  'pubsub.publications.showCreate': {
    refused: WRITES,
    answer: PubSubError,
    call: (db) => db.pubsub.publications.showCreate(NONE),
  },
  'pubsub.publications.exists': {
    refused: WRITES,
    call: (db) => db.pubsub.publications.exists(NONE),
  },
  'pubsub.publications.alter': {
    refused: OUTSIDE,
    answer: PubSubError,
    call: (db) => db.pubsub.publications.alter(NONE, { comment: 'x' }),
  },
  'pubsub.publications.drop': {
    refused: OUTSIDE,
    call: (db) => db.pubsub.publications.drop(NONE, { ifExists: true }),
  },
  'pubsub.subscriptions.create': {
    refused: WRITES,
    answer: PubSubError,
    call: (db, n) => db.pubsub.subscriptions.create(n(MADE), { from: 'sys', publication: NONE }),
  },
  'pubsub.subscriptions.get': {
    refused: WRITES,
    answer: PubSubError,
    call: (db) => db.pubsub.subscriptions.get(NONE),
  },
  'pubsub.subscriptions.list': {
    refused: WRITES,
    call: (db) => db.pubsub.subscriptions.list({ all: true }),
  },
  'pubsub.subscriptions.exists': {
    refused: WRITES,
    call: (db) => db.pubsub.subscriptions.exists(NONE),
  },
  'pubsub.subscriptions.drop': {
    refused: WRITES,
    call: (db) => db.pubsub.subscriptions.drop(NONE, { ifExists: true }),
  },
  'restore.table': {
    refused: OUTSIDE,
    call: (db, n) => db.restore.table(n('blog_notes'), { snapshot: SNAPSHOT }),
  },
  'restore.database': {
    refused: OUTSIDE,
    answer: RestoreError,
    call: (db, n) => db.restore.database(n(DATABASE), { snapshot: NONE }),
  },
  'restore.account': {
    refused: OUTSIDE,
    answer: RestoreError,
    call: (db) => db.restore.account(null, { snapshot: NONE }),
  },
  // Looks the snapshot up first: nothing that restores a cluster is sent here.
  'restore.cluster': {
    refused: OUTSIDE,
    answer: RestoreError,
    call: (db) => db.restore.cluster({ snapshot: NONE }),
  },
  'restore.windows': {
    refused: OUTSIDE,
    call: (db, n) => db.restore.windows({ level: 'table', table: n('blog_notes') }),
  },
  'snapshots.create': {
    refused: OUTSIDE,
    call: (db, n) => db.snapshots.create(MADE, { level: 'table', table: n('blog_posts') }),
  },
  'snapshots.get': { refused: WRITES, call: (db) => db.snapshots.get(SNAPSHOT) },
  'snapshots.exists': { refused: WRITES, call: (db) => db.snapshots.exists(NONE) },
  'snapshots.list': { refused: WRITES, call: (db) => db.snapshots.list({ level: 'table' }) },
  'snapshots.drop': { refused: OUTSIDE, call: (db) => db.snapshots.drop(NONE, { ifExists: true }) },
  'stage.create': {
    refused: OUTSIDE,
    call: (db) => db.stage.create(MADE, { url: 'file:///var/lib/matrixone-test/every/' }),
  },
  'stage.createS3': {
    refused: OUTSIDE,
    call: (db) =>
      db.stage.createS3(MADE, {
        bucket: 'every',
        endpoint: 'https://s3.example.com',
        region: 'x',
        accessKeyId: 'id',
        secretAccessKey: 'not-a-key',
      }),
  },
  'stage.alter': {
    refused: OUTSIDE,
    answer: StageError,
    call: (db) => db.stage.alter(NONE, { comment: 'x' }),
  },
  'stage.drop': { refused: OUTSIDE, call: (db) => db.stage.drop(NONE, { ifExists: true }) },
  'stage.list': { refused: WRITES, call: (db) => db.stage.list() },
  'stage.get': { refused: WRITES, call: (db) => db.stage.get(STAGE) },
  'stage.exists': { refused: WRITES, call: (db) => db.stage.exists(NONE) },
  'stage.files': { refused: WRITES, call: (db) => db.stage.files(STAGE) },
  'stage.readFile': { refused: WRITES, call: (db) => db.stage.readFile(STAGE, 'rows.csv') },
  'stage.writeFile': {
    refused: WRITES,
    call: (db) => db.stage.writeFile(STAGE, 'made.txt', 'every'),
  },
  'stage.loadFiles': {
    refused: WRITES,
    call: (db, n) => db.stage.loadFiles(STAGE, { 'notes.csv': n('blog_notes') }),
  },
  'stage.removeFiles': {
    refused: OUTSIDE,
    call: (db) => db.stage.removeFiles(STAGE, 'made*', { ifExists: true }),
  },
  'vectorOps.create': {
    refused: WRITES,
    call: (db, n) =>
      db.vectorOps.create(n('blog_notes'), n('title_vec') as never, {
        algorithm: 'ivfflat',
        metric: 'l2',
      }),
  },
  'vectorOps.get': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.get(n('blog_posts'), n('by_vec')),
  },
  'vectorOps.list': {
    refused: WRITES,
    call: async (db, n) => expectKey(await db.vectorOps.list(n('blog_posts')), 'metric'),
  },
  'vectorOps.exists': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.exists(n('blog_posts'), n('by_vec')),
  },
  'vectorOps.reindex': {
    refused: WRITES,
    before: indexed,
    call: (db, n) => db.vectorOps.reindex(n('blog_doomed'), n('doomed_vec')),
  },
  'vectorOps.reindexAfterLoad': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.reindexAfterLoad(n('blog_posts')),
  },
  'vectorOps.waitForIndex': {
    refused: OUTSIDE,
    call: (db, n) => db.vectorOps.waitForIndex(n('blog_posts'), n('by_vec')),
  },
  'vectorOps.alter': {
    refused: WRITES,
    before: indexed,
    call: (db, n) => db.vectorOps.alter(n('blog_doomed'), n('doomed_vec'), { autoUpdate: false }),
  },
  'vectorOps.drop': {
    refused: WRITES,
    before: indexed,
    call: (db, n) => db.vectorOps.drop(n('blog_doomed'), n('doomed_vec')),
  },
  'vectorOps.withSettings': {
    refused: OUTSIDE,
    call: (db, n) =>
      db.vectorOps.withSettings({ probeLimit: 7 }, (one) =>
        (one as Kysely<Record<string, Record<string, unknown>>>)
          .selectFrom(n('blog_posts'))
          .select('id')
          .execute(),
      ),
  },
  'vectorOps.insert': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.insert(n('blog_posts'), row(n)),
  },
  'vectorOps.batchInsert': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.batchInsert(n('blog_posts'), [row(n)]),
  },
  'vectorOps.ivfStatistics': {
    refused: WRITES,
    call: (db, n) => db.vectorOps.ivfStatistics(n('blog_posts'), n('title_vec') as never),
  },
}

/** Only where no task of anyone else is on the server. */
async function withoutTasks(db: AnyHandle, action: () => Promise<unknown>): Promise<void> {
  if ((await db.cdc.list()).length > 0) throw new Error('There are CDC tasks on this server.')
  await action()
}
