import { CamelCasePlugin, type Compilable, Kysely, sql } from 'kysely'
import { MatrixOneDialect, type SchemaValue } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { type AnyTables, unconnected } from '../support/unconnected.js'

const schema = {
  tables: {
    users: { key: ['id'], columns: ['id', 'userName', 'Last Login'] },
    orders: { key: ['id'] },
    constructor: { key: ['id'] },
  },
} as const satisfies SchemaValue

const db = unconnected({ schema })
const text = (query: Compilable): string => query.compile().sql

describe('selectAll() of a table with capitals', () => {
  it('is written out in declared order', () => {
    expect(text(db.selectFrom('users').selectAll())).toBe(
      'select `id`, `userName`, `Last Login` from `users`',
    )
    expect(text(db.selectFrom('users').selectAll('users'))).toBe(
      'select `users`.`id`, `users`.`userName`, `users`.`Last Login` from `users`',
    )
  })

  it('is the star that the server lower-cases without a schema (the trap)', () => {
    expect(text(unconnected().selectFrom('users').selectAll())).toBe('select * from `users`')
  })

  it('is written out under an alias, and beside plain tables, which keep their star', () => {
    const joined = db.selectFrom('users as u').innerJoin('orders as o', 'o.user', 'u.id')
    expect(text(joined.selectAll())).toMatch(
      /^select `u`\.`id`, `u`\.`userName`, `u`\.`Last Login`, `o`\.\* from/,
    )
    expect(text(joined.selectAll('u').select('o.total'))).toMatch(
      /^select `u`\.`id`, `u`\.`userName`, `u`\.`Last Login`, `o`\.`total` from/,
    )
    expect(text(joined.selectAll('o'))).toMatch(/^select `o`\.\* from/)
  })

  it('is written out where the names come from: derived tables, unions, subqueries', () => {
    const inner = db.selectFrom('users').selectAll()
    expect(text(db.selectFrom(inner.as('x')).selectAll())).toBe(
      'select * from (select `id`, `userName`, `Last Login` from `users`) as `x`',
    )
    expect(text(inner.unionAll(inner))).toBe(
      'select `id`, `userName`, `Last Login` from `users` union all select `id`, `userName`, `Last Login` from `users`',
    )
    expect(text(db.insertInto('orders').expression(inner))).toBe(
      'insert into `orders` select `id`, `userName`, `Last Login` from `users`',
    )
  })

  it('is written out inside a common table expression, and left alone of one with its name', () => {
    const query = db
      .with('users', (one) => one.selectFrom('users').selectAll())
      .selectFrom('users')
      .selectAll()
    expect(text(query)).toBe(
      'with `users` as (select `id`, `userName`, `Last Login` from `users`) select * from `users`',
    )
    const recursive = db
      .withRecursive('users', (one) => one.selectFrom('users').selectAll())
      .selectFrom('users')
      .selectAll()
    expect(text(recursive)).toBe(
      'with recursive `users` as (select * from `users`) select * from `users`',
    )
  })

  it('is written out in every RETURNING', () => {
    const columns = 'returning `id`, `userName`, `Last Login`'
    expect(text(db.insertInto('users').values({ id: 1 }).returningAll())).toContain(columns)
    expect(text(db.deleteFrom('users').returningAll())).toContain(columns)
    expect(text(db.updateTable('users').set({ id: 1 }).returningAll())).toContain(columns)
  })

  it('is written out in another database, and in the past', () => {
    expect(text(db.withSchema('b').selectFrom('users').selectAll('users'))).toBe(
      'select `b`.`users`.`id`, `b`.`users`.`userName`, `b`.`users`.`Last Login` from `b`.`users`',
    )
    expect(text(db.at({ snapshot: 'friday' }).selectFrom('users as u').selectAll())).toBe(
      "select `id`, `userName`, `Last Login` from `users` {snapshot = 'friday'} as `u`",
    )
  })

  it('is written out whatever plugins there are, and by the dialect alone', () => {
    expect(text(db.withoutPlugins().selectFrom('users').selectAll())).toContain('`userName`')
    expect(text(db.withPlugin(new CamelCasePlugin()).selectFrom('users').selectAll())).toContain(
      '`userName`',
    )
    const dialect = new MatrixOneDialect({ connection: { host: '127.0.0.1', port: 1 }, schema })
    const plain = new Kysely<AnyTables>({ dialect })
    expect(text(plain.selectFrom('users').selectAll())).toContain('`userName`')
  })
})

describe('every other star', () => {
  it.each([
    ['of a plain table', db.selectFrom('orders').selectAll(), 'select * from `orders`'],
    ['of an unknown one', db.selectFrom('nowhere').selectAll(), 'select * from `nowhere`'],
    [
      'in count(*)',
      db.selectFrom('users').select((eb) => eb.fn.countAll().as('n')),
      'select count(*) as `n` from `users`',
    ],
    [
      'of the server’s own tables',
      db.selectFrom('mo_catalog.users').selectAll(),
      'select * from `mo_catalog`.`users`',
    ],
    [
      'beside raw SQL without a name',
      db.selectFrom(['users', sql`unnest(1)` as never]).selectAll(),
      'select * from `users`, unnest(1)',
    ],
  ])('%s stays', (_which, query, expected) => {
    expect(text(query as Compilable)).toBe(expected)
  })

  it('in raw SQL stays, so it comes in lower case', () => {
    expect(sql`select * from ${sql.table('users')}`.compile(db).sql).toBe('select * from `users`')
  })
})

describe('tables of several databases', () => {
  it('are told apart by the database that the query names', () => {
    const several = unconnected({
      schema: { tables: { 'a.users': { columns: ['Id'] }, 'b.users': { columns: ['No'] } } },
    })
    expect(text(several.selectFrom('a.users').selectAll())).toBe('select `Id` from `a`.`users`')
    expect(text(several.withSchema('b').selectFrom('users').selectAll())).toBe(
      'select `No` from `b`.`users`',
    )
    expect(text(several.selectFrom('users').selectAll())).toBe('select * from `users`')
  })
})

describe('a sorted union', () => {
  const sorted =
    'select * from (select `Id` from `t` union select `id` as `Id` from `u`) as `all_rows` order by `Id` limit ?'

  it('is sorted from outside where a name has capitals, with or without a schema', () => {
    const union = (on: typeof db) =>
      on
        .selectFrom('t')
        .select('Id')
        .union(on.selectFrom('u').select('id as Id'))
        .orderBy('Id')
        .limit(3)
    expect(text(union(db))).toBe(sorted)
    expect(text(union(unconnected()))).toBe(sorted)
  })

  it('keeps its common table expressions in front, and its own columns written out', () => {
    const query = db
      .with('a', (one) => one.selectFrom('users').selectAll())
      .selectFrom('users')
      .selectAll()
      .unionAll((eb) => eb.selectFrom('a').selectAll())
      .orderBy('userName')
      .offset(1)
    const columns = '`id`, `userName`, `Last Login`'
    expect(text(query)).toBe(
      `with \`a\` as (select ${columns} from \`users\`) select * from (select ${columns} from ` +
        '`users` union all select * from `a`) as `all_rows` order by `userName` offset ?',
    )
  })

  it('stays as it is in lower case', () => {
    const lower = db.selectFrom('t').select('id').union(db.selectFrom('u').select('id'))
    expect(text(lower.orderBy('id'))).toBe(
      'select `id` from `t` union select `id` from `u` order by `id`',
    )
  })
})
