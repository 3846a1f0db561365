/**
 * The statements of random programs. Each step runs on a handle, and says what it does to the model
 * when it is acknowledged; a refused step has no effect.
 */
import { sql } from 'kysely'

const TABLE = 'entries'
const commented = ['', '/* rollback */ ', '-- commit\n', '/**/']

const calls = [
  'call kmo_soak_put',
  '/* c */ CALL kmo_soak_put',
  'call kmo_soak_programs.kmo_soak_put',
]

const changes = {
  insert: async ({ handle, key, value }) => {
    await handle.insertInto(TABLE).values({ id: key, v: value }).execute()
    return { [key]: value }
  },
  'insert, in SQL': async ({ handle, key, value, pick }) => {
    const text = `${pick(commented)}insert into entries (id, v) values (${key}, ${value})`
    await sql.raw(text).execute(handle)
    return { [key]: value }
  },
  replace: async ({ handle, key, value }) => {
    await handle.replaceInto(TABLE).values({ id: key, v: value }).execute()
    return { [key]: value }
  },
  upsert: async ({ handle, key, value }) => {
    const query = handle.insertInto(TABLE).values({ id: key, v: value })
    await query.onDuplicateKeyUpdate({ v: value }).execute()
    return { [key]: value }
  },
  'insert two rows': async ({ handle, keys, value }) => {
    const [a, b] = keys
    await handle
      .insertInto(TABLE)
      .values([
        { id: a, v: value },
        { id: b, v: value + 1 },
      ])
      .execute()
    return { [a]: value, [b]: value + 1 }
  },
  update: async ({ handle, key, value, model }) => {
    const query = handle.updateTable(TABLE).set({ v: value }).where('id', '=', key)
    await query.execute()
    return model.visible.has(key) ? { [key]: value } : {}
  },
  delete: async ({ handle, key }) => {
    await handle.deleteFrom(TABLE).where('id', '=', key).execute()
    return { [key]: undefined }
  },
  // Its body runs in a transaction of its own (4.2.0), so within one it may not be acknowledged.
  call: async ({ handle, key, value, pick }) => {
    await sql.raw(`${pick(calls)}(${key}, ${value})`).execute(handle)
    return { [key]: value }
  },
  'insert behind a variable': async ({ handle, key, value }) => {
    await sql`insert into entries select ${key}, ${value} from dual where @kmo_soak is null or true`.execute(
      handle,
    )
    return { [key]: value }
  },
}

/** The keys that the program reads: its own. */
const own = (query, keys) => query.select(['id', 'v']).where('id', 'in', keys)
const pairs = (rows) => rows.map(({ id, v }) => [id, v])

const reads = {
  select: async ({ handle, keys }) => pairs(await own(handle.selectFrom(TABLE), keys).execute()),
  stream: async ({ handle, keys }) => {
    const rows = []
    for await (const row of own(handle.selectFrom(TABLE), keys).stream(1)) rows.push(row)
    return pairs(rows)
  },
  'select for update': async ({ handle, keys }) =>
    pairs(await own(handle.selectFrom(TABLE), keys).forUpdate().execute()),
  'select, in SQL': async ({ handle, keys, pick }) => {
    const text = `${pick(commented)}select id, v from entries where id in (${keys.join(', ')})`
    return pairs((await sql.raw(text).execute(handle)).rows)
  },
}

const past = {
  'select at a snapshot': async ({ handle, keys, snapshot }) => {
    if (typeof handle.at !== 'function') throw new Error('no at()')
    return pairs(await own(handle.at({ snapshot }).selectFrom(TABLE), keys).execute())
  },
  'select with a hint': async ({ handle, keys, snapshot }) => {
    const text = `select id, v from entries {snapshot = '${snapshot}'} where id in (${keys.join(', ')})`
    return pairs((await sql.raw(text).execute(handle)).rows)
  },
  'select with a hint behind a comment': async ({ handle, keys, snapshot }) => {
    const text = `select id, v from entries /* {} */ {/**/snapshot /**/= '${snapshot}'} where id in (${keys.join(', ')})`
    return pairs((await sql.raw(text).execute(handle)).rows)
  },
}

/** Writes to the past, or under a hint: never acknowledged. */
const forbidden = {
  'insert at a snapshot': ({ handle, key, value, snapshot }) => {
    if (typeof handle.at !== 'function') throw new Error('no at()')
    return handle.at({ snapshot }).insertInto(TABLE).values({ id: key, v: value }).execute()
  },
  'delete at a snapshot, in SQL': ({ handle, key, snapshot }) => {
    if (typeof handle.at !== 'function') throw new Error('no at()')
    return handle.at({ snapshot }).execute(`delete from entries where id = ${key}`)
  },
  'update with a hint': ({ handle, key, value, snapshot }) =>
    sql
      .raw(`update entries {snapshot = '${snapshot}'} set v = ${value} where id = ${key}`)
      .execute(handle),
  'two statements in one text': ({ handle, key, value }) =>
    sql.raw(`insert into entries values (${key}, ${value}); commit`).execute(handle),
}

const begins = ['begin', 'BEGIN', 'start transaction', '/* c */ begin', 'begin -- x', 'BEGIN/**/']
const commits = ['commit', '/**/commit', 'COMMIT -- and so on']
const rollbacks = ['rollback', 'ROLLBACK/* all */']
/** Statements that change nothing themselves, and that may not end an open transaction. */
const harmless = [
  'set @kmo_soak = 1',
  "set @kmo_soak = 'commit'",
  'set probe_limit = 5',
  'set autocommit = 0',
  'set session autocommit = off',
  'set/**/autocommit=0',
  'set autocommit = 1',
  'set transaction isolation level serializable',
  'lock tables entries read',
  'unlock tables',
  'savepoint s',
  'rollback to s',
  'release savepoint s',
  "prepare p from 'set @kmo_soak = 2'",
  'execute p',
  'deallocate prepare p',
  'call kmo_soak_missing()',
  "select 'begin; commit' as text",
  'select @kmo_soak as v',
  'select 1 as affectedRows',
]

const raw =
  (texts) =>
  ({ handle, pick }) =>
    sql.raw(pick(texts)).execute(handle)

/** Every step, by kind: how it runs, and how often it is drawn. */
export const kinds = [
  { kind: 'change', weight: 8, steps: changes },
  { kind: 'read', weight: 5, steps: reads },
  { kind: 'past', weight: 2, steps: past },
  { kind: 'forbidden', weight: 1, steps: forbidden },
  { kind: 'begin', weight: 1, steps: { begin: raw(begins) } },
  { kind: 'commit', weight: 1, steps: { commit: raw(commits) } },
  { kind: 'rollback', weight: 1, steps: { rollback: raw(rollbacks) } },
  { kind: 'harmless', weight: 4, steps: { 'something else': raw(harmless) } },
]
