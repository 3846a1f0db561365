import { type Compilable, type CompiledQuery, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { planOf } from '../../../src/dialect/prepared/prepared-plan.js'
import { unconnected } from '../../support/unconnected.js'

const db = unconnected()
const plan = (query: Compilable): unknown => planOf(query.compile())

describe('a query that may be prepared', () => {
  it('compares columns of one table that are in the result', () => {
    const id = { table: 'users', name: 'id' }
    const users = db.selectFrom('users')
    expect(plan(users.selectAll().where('id', '=', 1))).toEqual([id])
    expect(plan(users.select(['id', 'name']).where('users.id', '>=', 1))).toEqual([id])
    expect(plan(users.selectAll('users').where('id', '!=', 1))).toEqual([id])
    expect(
      plan(
        users
          .selectAll()
          .where((eb) =>
            eb.or([eb('id', '=', 1), eb.and([eb('age', '<', 2), eb('name', 'is not', null)])]),
          ),
      ),
    ).toEqual([id, { table: 'users', name: 'age' }])
  })

  it('is known by the names of its result', () => {
    const query = db
      .selectFrom('shop.users as u')
      .select('u.id as key')
      .where('u.id', '=', 1)
      .limit(2)
      .offset(3)
    expect(plan(query)).toEqual([{ table: 'u', name: 'key' }, 'number', 'number'])
  })
})

describe('a query that stays text', () => {
  const users = db.selectFrom('users')
  it.each<[string, Compilable]>([
    ['compares a column that is not in the result', users.select('name').where('id', '=', 1)],
    ['has no condition', users.selectAll()],
    ['compares with a list', users.selectAll().where('id', 'in', [1, 2])],
    ['compares with LIKE', users.selectAll().where('name', 'like', 'a%')],
    ['compares two columns', users.selectAll().whereRef('id', '=', 'age')],
    ['compares with a literal', users.selectAll().where('id', '=', sql.lit(1))],
    ['compares an expression', users.selectAll().where((eb) => eb(eb.fn('abs', ['id']), '=', 1))],
    ['has raw SQL', users.selectAll().where(sql<boolean>`id = ${1}`)],
    ['is raw SQL', sql`select * from users where id = ${1}`.compile(db) as never],
    ['negates', users.selectAll().where((eb) => eb.not(eb('id', '=', 1)))],
    [
      'joins',
      users.innerJoin('orders', 'orders.user', 'users.id').selectAll().where('users.id', '=', 1),
    ],
    ['has two tables', db.selectFrom(['users', 'orders']).selectAll().where('users.id', '=', 1)],
    ['is distinct', users.selectAll().distinct().where('id', '=', 1)],
    ['groups', users.select('id').where('id', '=', 1).groupBy('id')],
    ['counts', users.select((eb) => ['id', eb.fn.countAll().as('n')]).where('id', '=', 1)],
    ['locks', users.selectAll().where('id', '=', 1).forUpdate()],
    [
      'explains',
      users
        .selectAll()
        .where('id', '=', 1)
        .modifyFront(sql`/* x */`),
    ],
    ['is sorted', users.selectAll().where('id', '=', 1).orderBy('id')],
    [
      'is sorted by an expression',
      users
        .selectAll()
        .where('id', '=', 1)
        .orderBy(sql`rand()`),
    ],
    [
      'limits by an expression',
      users
        .selectAll()
        .where('id', '=', 1)
        .limit(sql<number>`1 + 1`),
    ],
    [
      'reads a derived table',
      db
        .selectFrom(users.selectAll().where('id', '=', 1).as('d'))
        .selectAll()
        .where('d.id', '=', 1),
    ],
    [
      'has a common table',
      db
        .with('users', (common) => common.selectFrom('others').selectAll())
        .selectFrom('users')
        .selectAll()
        .where('id', '=', 1),
    ],
    ['is a union', users.selectAll().where('id', '=', 1).union(users.selectAll())],
    ['writes', db.updateTable('users').set({ age: 1 }).where('id', '=', 1)],
    ['deletes', db.deleteFrom('users').where('id', '=', 1)],
    ['has a name with capitals', db.selectFrom('Users').selectAll().where('id', '=', 1)],
    [
      'searches',
      users
        .selectAll()
        .where('id', '=', 1)
        .orderBy(sql`l2_distance(v, '[1]')`),
    ],
  ])('%s', (_what, query) => {
    const compiled = 'compile' in query ? query.compile() : (query as CompiledQuery)
    expect(planOf(compiled)).toBeUndefined()
  })

  it('has another text than its tree says, as after an interceptor', () => {
    const query = users.selectAll().where('id', '=', 1).compile()
    const changed = { ...query, sql: 'select * from `users` where `id` = ? and `age` = 2' }
    expect(planOf(changed)).toBeUndefined()
    expect(planOf(query)).toBeDefined()
  })
})
