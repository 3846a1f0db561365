/**
 * Options that a JavaScript program, JSON or an `any` can pass. Nothing listens at the database's
 * address, so a call that sent something would fail with a ConnectionError.
 */
import { MatrixOne, ValueError } from 'kysely-matrixone'
import { afterAll, describe, expect, it } from 'vitest'

// oxlint-disable-next-line typescript/no-explicit-any -- what TypeScript would refuse is the subject
type Untyped = any

const db = new MatrixOne({ connection: 'mysql://root:111@127.0.0.1:1/shop' }) as Untyped

afterAll(() => db.destroy())

const endpoint = { host: 'h', port: 6001, user: 'u', password: 'hunter2hunter2' }
const stage = { stage: 's', file: 'f' }

type Call = readonly [what: string, call: () => Promise<unknown>, message: string]

const missing: readonly Call[] = [
  ['snapshots.create', () => db.snapshots.create('s'), 'needs the option level'],
  ['snapshots.create', () => db.snapshots.create('s', { level: 'table' }), 'the option table'],
  ['pitr.create', () => db.pitr.create('p', { level: 'cluster' }), 'needs the option range'],
  ['pitr.alter', () => db.pitr.alter('p'), 'needs the option range'],
  ['restore.table', () => db.restore.table('t'), 'needs the option snapshot, or pitr'],
  ['restore.table', () => db.restore.table('t', { pitr: 'p' }), 'needs the option snapshot, or'],
  ['restore.windows', () => db.restore.windows(), 'needs the option level'],
  ['clone.createTable', () => db.clone.createTable('c'), 'needs the option from'],
  ['clone.createDatabase', () => db.clone.createDatabase('c'), 'needs the option from'],
  ['branch.createTable', () => db.branch.createTable('b'), 'needs the option from'],
  ['branch.diff', () => db.branch.diff('b'), 'needs the option against'],
  ['branch.diffToTable', () => db.branch.diffToTable('b', { against: 't' }), 'the option table'],
  ['branch.merge', () => db.branch.merge('b'), 'needs the option into'],
  ['branch.pick', () => db.branch.pick('b', { into: 't', between: {} }), 'option between.from'],
  ['branch.withBranch', () => db.branch.withBranch(undefined, () => 1), 'the option database'],
  ['account.create', () => db.account.create('a'), 'needs the option admin'],
  ['account.create', () => db.account.create('a', { admin: { name: 'n' } }), 'admin.password'],
  ['account.users.create', () => db.account.users.create('u'), 'needs the option password'],
  ['account.roles.grant', () => db.account.roles.grant('r'), 'needs the option to'],
  ['account.grants.grant', () => db.account.grants.grant(undefined, { to: 'r' }), 'the option on'],
  ['account.createCodegenRole', () => db.account.createCodegenRole('r'), 'the option databases'],
  ['publications.create', () => db.pubsub.publications.create('p'), 'needs the option database'],
  ['subscriptions.create', () => db.pubsub.subscriptions.create('s'), 'needs the option from'],
  ['cdc.create', () => db.cdc.create('c'), 'needs the option source'],
  ['cdc.create', () => db.cdc.create('c', { source: endpoint }), 'needs the option sink'],
  ['stage.create', () => db.stage.create('s'), 'needs the option url'],
  ['stage.createS3', () => db.stage.createS3('s'), 'needs the option bucket'],
  ['vectorOps.create', () => db.vectorOps.create('t', 'v'), 'needs the option algorithm'],
  ['vectorOps.alter', () => db.vectorOps.alter('t', 'i'), 'needs the option autoUpdate'],
  [
    'a table',
    () => db.branch.createTable(undefined, { from: 't' }),
    'A table is named by a string',
  ],
  ['a snapshot', () => db.snapshots.get(undefined), 'The snapshot name undefined cannot be used'],
]

const wrong: readonly Call[] = [
  [
    'branch.merge',
    () => db.branch.merge('b', { into: 't', onConflict: 'skip /*x*/' }),
    "must be 'fail', 'skip' or 'accept', got \"skip /*x*/\".",
  ],
  [
    'vectorOps.create',
    () => db.vectorOps.create('t', 'v', { algorithm: 'ivfflat', metric: "l2_ops' drop" }),
    "The option metric of vectorOps.create must be 'l2', 'cosine' or 'ip'",
  ],
  [
    'vectorOps.create',
    () => db.vectorOps.create('t', 'v', { algorithm: 'cagra' }),
    "must be 'ivfflat' or 'hnsw', got \"cagra\".",
  ],
  [
    'vectorOps.create',
    () => db.vectorOps.create('t', 'v', { algorithm: 'ivfflat', autoUpdate: { days: 1 } }),
    'needs the option autoUpdate.hour',
  ],
  [
    'fulltextIndex.create',
    () => db.fulltextIndex.create('t', ['c'], { parser: 'ngram; drop' }),
    "must be 'ngram', 'json', 'json_value' or 'gojieba'",
  ],
  ['export.csv', () => db.export.csv('select 1', stage, { header: "'" }), 'must be true or false'],
  ['export.csv', () => db.export.csv('select 1', stage, { splitSize: '1 G' }), "such as '100M'"],
  [
    'loadData.jsonLines',
    () => db.loadData.jsonLines('t', { text: '' }, { lines: "x'" }),
    "must be 'object' or 'array'",
  ],
  [
    'loadData.csv',
    () => db.loadData.csv('t', { text: '' }, { keys: 'none' }),
    "must be 'check' or 'trust'",
  ],
  [
    'snapshots.create',
    () => db.snapshots.create('s', { level: 'row' }),
    "must be 'cluster', 'account', 'database' or 'table', got \"row\".",
  ],
  ['snapshots.list', () => db.snapshots.list({ level: 'row' }), "must be 'cluster', "],
  [
    'pitr.create',
    () => db.pitr.create('p', { level: 'cluster', range: 1, unit: 'w' }),
    "'mo' or 'y'",
  ],
  ['account.alter', () => db.account.alter('a', { status: 'off' }), "'open', 'suspend' or"],
  [
    'account.grants.grant',
    () => db.account.grants.grant({ on: 'account', privileges: ['select on x; --'] }, { to: 'r' }),
    'The option privileges of account.grants.grant must be an array',
  ],
  [
    'cdc.create',
    () => db.cdc.create('c', { source: endpoint, sink: { ...endpoint, type: 'kafka' } }),
    "The option sink.type of cdc.create must be 'matrixone' or 'mysql', got \"kafka\".",
  ],
  [
    'cdc.create',
    () => db.cdc.create('c', { source: endpoint, sink: endpoint, tables: [{ from: 'a.b' }] }),
    'cdc.create needs the option tables[0].to.',
  ],
  ['db.execute', () => db.execute('select 1', [], { logMode: 'loud' }), "must be 'off', "],
  ['db.batchInsert', () => db.batchInsert('t', [{ a: 1 }], { maxRows: 0 }), 'of at least 1'],
]

const unknown: readonly Call[] = [
  [
    'restore.table',
    () => db.restore.table('o', { snapshot: 's', toAccount: 'a' }),
    'restore.table has no option toAccount. Its options are snapshot, pitr, timestamp, moTs.',
  ],
  ['drop', () => db.snapshots.drop('s', { if_exists: true }), 'Did you mean ifExists?'],
  ['drop', () => db.dropTable('t', { ifExist: true }), 'Did you mean ifExists?'],
  [
    'snapshots.create',
    () => db.snapshots.create('s', { level: 'cluster', database: 'shop' }),
    'snapshots.create has no option database.',
  ],
  [
    'branch.createTable',
    () => db.branch.createTable('b', { from: 't', at: { snapshot: 's' } }),
    'branch.createTable has no option at. Its options are from, snapshot, toAccount.',
  ],
  [
    'clone.createTable',
    () => db.clone.createTable('c', { from: 't', if_not_exists: true }),
    'Did you mean ifNotExists?',
  ],
  [
    'vectorOps.create',
    () => db.vectorOps.create('t', 'v', { algorithm: 'hnsw', lists: 10 }),
    'vectorOps.create has no option lists.',
  ],
  ['stage.alter', () => db.stage.alter('s', { credential: {} }), 'Did you mean credentials?'],
  ['loadData.csv', () => db.loadData.csv('t', { text: '' }, { skip: 1 }), 'has no option skip'],
]

describe('an option', () => {
  it.each(missing)('%s: that is missing is named (%#)', async (_what, call, message) => {
    await expect((async () => call())()).rejects.toThrow(ValueError)
    await expect((async () => call())()).rejects.toThrow(message)
  })

  it.each(wrong)('%s: of a wrong value is refused (%#)', async (_what, call, message) => {
    await expect((async () => call())()).rejects.toThrow(ValueError)
    await expect((async () => call())()).rejects.toThrow(message)
  })

  it.each(unknown)('%s: that does not exist is refused (%#)', async (_what, call, message) => {
    await expect((async () => call())()).rejects.toThrow(ValueError)
    await expect((async () => call())()).rejects.toThrow(message)
  })

  it('that is a password is never repeated', async () => {
    const create = db.account.users.create('u', { password: 987654321 })
    await expect(create).rejects.toThrow(
      'The option password of account.users.create must be a string.',
    )
  })
})
