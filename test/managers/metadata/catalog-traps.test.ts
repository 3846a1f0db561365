/** Places where the catalog says something that is not, or no longer, so. */
import { sql } from 'kysely'
import { type MatrixOne, MatrixOneError } from 'kysely-matrixone'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import type { Finding } from '../../../src/schema/compare/finding.js'
import type { SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { toSchemaModel } from '../../../src/schema/to-schema-model.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_catalog_traps'
let db: MatrixOne<Record<string, never>>

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, database))
})

afterEach(async () => {
  const { tables } = await db.metadata.read()
  const turn = ({ kind, foreignKeys }: TableModel): number =>
    kind === 'view' ? 0 : foreignKeys === undefined ? 2 : 1
  for (const { name, kind } of tables.toSorted((a, b) => turn(a) - turn(b))) {
    await run(`drop ${kind === 'view' ? 'view' : 'table'} \`${name}\``)
  }
})

async function run(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await sql.raw<Record<string, unknown>>(text).execute(db)).rows
}

async function model(): Promise<SchemaModel> {
  return toSchemaModel([await db.metadata.read()])
}

async function findingsOf(change: () => Promise<unknown>): Promise<readonly Finding[]> {
  const before = await model()
  await change()
  return compareModels(before, await model())
}

const rulesOf = (findings: readonly Finding[]): readonly (readonly [string, string])[] =>
  findings.map(({ ruleId, severity }) => [ruleId, severity])

describe('a composite foreign key', () => {
  it('is read the same before and after the catalog is flushed, whose rows come in another order', async () => {
    await run('create table parent (y int, x int, primary key (y, x))')
    await run(
      'create table pairs (b int, a int, constraint fk foreign key (b, a) references parent (y, x))',
    )
    const first = await model()
    await sql`select mo_ctl('dn', 'flush', 'mo_catalog.mo_foreign_keys')`.execute(db)
    expect(await model()).toEqual(first)
    expect((await db.metadata.table('pairs')).foreignKeys).toEqual([
      { name: 'fk', columns: ['a', 'b'], references: { table: 'parent', columns: ['x', 'y'] } },
    ])
  })
})

describe('the type of a column of a view', () => {
  it('is that of creation in the catalog (the trap), and is read from the result', async () => {
    await run('create table facts (id int primary key, x int)')
    await run('create view totals as select sum(x) as s, x + 1 as y, id from facts group by x, id')
    const typesOf = async (): Promise<unknown> =>
      (await db.metadata.columns('totals')).map(({ type }) => type)
    const before = await typesOf()
    await run('alter table facts modify column x decimal(20,3)')
    const [stale] = await run(
      "select hex(atttyp) as typ from mo_catalog.mo_columns where att_database = 'kmo_catalog_traps' " +
        "and att_relname = 'totals' and attname = 's' and account_id = current_account_id()",
    )
    expect(String(stale?.['typ'])).toMatch(/^0017/)
    expect(before).toMatchObject([{ name: 'bigint' }, { name: 'bigint' }, { name: 'int' }])
    expect(await typesOf()).toEqual([
      { name: 'decimal', precision: 38, scale: 3 },
      { name: 'decimal', precision: 38, scale: 3 },
      { name: 'int' },
    ])
    const { warnings } = await db.metadata.read()
    expect(warnings).toEqual([
      'The view totals is stale: its tables have changed the type of s from bigint to decimal(38,3), ' +
        'of y from bigint to decimal(38,3). Re-create it (CREATE OR REPLACE VIEW) to set the catalog right.',
    ])
  })

  it('is that of the catalog where the two agree', async () => {
    await run(
      'create table every (id int primary key, b bool, t tinyint, d decimal(10,2), f float, dt datetime(3), ' +
        "ti time(2), y year, s varchar(10), e enum('a','b'), bi binary(4), bl blob, j json, u uuid, bt bit(9), v vecf32(3))",
    )
    await run(
      "create view computed as select not b as b, t + 1 as t, d * 2 as d, f / 2 as f, max(dt) as dt, ti, y, concat(s, 'x') as s, " +
        "coalesce(e, 'a') as e, bi, bl, json_extract(j, '$.a') as j, u, bt, coalesce(v, v) as v, now() as n, date(dt) as da, count(*) as c, null as z " +
        'from every group by b, t, d, f, dt, ti, y, s, e, bi, bl, j, u, bt, v',
    )
    expect((await db.metadata.read()).warnings).toEqual([])
  })
})

describe('a change of', () => {
  it('the query of a view is found, and its spelling is none', async () => {
    await run('create table base (id int primary key, a int)')
    await run('create view seen as select id, a from base where a > 1')
    expect(
      await findingsOf(() =>
        run(
          'create or replace view `seen` as SELECT `id`, base.A as a -- same\n from `base` WHERE a>1',
        ),
      ),
    ).toMatchObject([{ ruleId: 'view-definition-changed' }])
    expect(
      await findingsOf(() =>
        run(
          'CREATE OR REPLACE VIEW seen AS SELECT id,base.a AS a FROM kmo_catalog_traps.base WHERE a > 1',
        ),
      ),
    ).toEqual([])
    expect(
      rulesOf(
        await findingsOf(() =>
          run('create or replace view seen as select id, a from base where a > 2'),
        ),
      ),
    ).toEqual([['view-definition-changed', 'breaking']])
  })

  it('the columns of a view is additive where one is added: no program inserts into it', async () => {
    await run('create table base (id int primary key, a int not null)')
    await run('create view seen as select id from base')
    const findings = await findingsOf(() =>
      run('create or replace view seen as select id, a from base'),
    )
    expect(rulesOf(findings)).toEqual([
      ['view-definition-changed', 'cosmetic'],
      ['column-added', 'additive'],
    ])
  })

  it('partitions is found: their number, their method, their bounds', async () => {
    if (!server.can.partitionInShowCreate) return
    const create = async (by: string): Promise<void> => {
      await run('drop table if exists parts')
      await run(`create table parts (id int primary key, a int) partition by ${by}`)
    }
    await create('hash (id) partitions 2')
    const more = await findingsOf(() => create('hash (id) partitions 4'))
    expect(more).toMatchObject([
      {
        ruleId: 'table-partitioning-changed',
        severity: 'cosmetic',
        expected: 'hash (`id`), 2 partitions',
        actual: 'hash (`id`), 4 partitions',
      },
    ])
    const range = (bounds: string): Promise<void> => create(`range (id) (${bounds})`)
    const p0 = 'partition p0 values less than (10)'
    const p1 = 'partition p1 values less than (20)'
    expect(rulesOf(await findingsOf(() => range(p0)))).toEqual([
      ['table-partitioning-changed', 'breaking'],
    ])
    expect(rulesOf(await findingsOf(() => range(`${p0}, ${p1}`)))).toEqual([
      ['table-partitioning-changed', 'additive'],
    ])
  })

  it('CLUSTER BY, CHECK, SRID, float digits and an external file is found', async () => {
    const changes: readonly (readonly [string, string, string, string])[] = [
      [
        'clustered',
        'create table clustered (a int, `B b` int) cluster by (a)',
        'create table clustered (a int, `B b` int) cluster by (a, `B b`)',
        'table-clustering-changed',
      ],
      [
        'digits',
        'create table digits (a float(5,2))',
        'create table digits (a float(7,3))',
        'column-type-changed',
      ],
      [
        'outside',
        "create external table outside (a int) infile {'filepath'='/nowhere/a.csv'} fields terminated by ','",
        "create external table outside (a int) infile {'filepath'='/nowhere/b.csv'} fields terminated by ','",
        'external-source-changed',
      ],
      ...(server.can.checkConstraints
        ? ([
            [
              'checked',
              "create table checked (a int check (a > 0), b varchar(9), constraint c check (b <> 'x'))",
              "create table checked (a int check (a > 0), b varchar(9), constraint c check (b <> 'y'))",
              'check-changed',
            ],
          ] as const)
        : []),
      ...(server.can.geometryFunctions
        ? ([
            [
              'placed',
              'create table placed (a point srid 4326)',
              'create table placed (a point srid 3857)',
              'column-type-changed',
            ],
          ] as const)
        : []),
    ]
    for (const [name, before, after, ruleId] of changes) {
      await run(before)
      const findings = await findingsOf(async () => {
        await run(`drop table ${name}`)
        await run(after)
      })
      expect([name, findings.map((finding) => finding.ruleId)]).toEqual([name, [ruleId]])
      await run(`drop table ${name}`)
    }
  })
})

describe('a CHECK constraint', () => {
  it('refuses a row, stands in no catalog table, and is read', async () => {
    if (!server.can.checkConstraints) return
    await run(
      'create table checked (a int primary key, b int check (b > 0), constraint named check (a < b))',
    )
    await expect(run('insert into checked values (1, -1)')).rejects.toThrow('is violated')
    expect((await db.metadata.table('checked')).checks).toEqual([
      { expression: '`b` > 0' },
      { name: 'named', expression: '`a` < `b`' },
    ])
  })
})

describe('a column that is NOT NULL', () => {
  it('may be null in an external table, whose file has the last word', async () => {
    await run(
      "create external table outside (a int not null, b int) infile {'filepath'='/nowhere/a.csv'} fields terminated by ','",
    )
    expect((await db.metadata.table('outside')).columns).toMatchObject([
      { name: 'a', nullabilityUntrusted: true },
      { name: 'b', nullable: true },
    ])
  })
})

describe('a column with a default that cannot be used', () => {
  it.each([
    ['a key that was added later', 'a int, v int', 'alter table late add primary key (id, a)'],
    ['a zero date', "a datetime not null default '0000-00-00 00:00:00', v int", ''],
    ['no member of an enum', "a enum('a','b') not null default 'z', v int", ''],
    ['no member of a set', "a set('a','b') not null default 'a,z', v int", ''],
    ['a year that is stored as NULL', 'a year not null default 1900, v int', ''],
  ] as const)(
    '%s: the catalog says optional (the trap), the model required',
    async (trap, columns, alter) => {
      const create = `create table late (id int not null default 1, ${columns})`
      const { zeroDateDefault, foreignDefaults } = server.can
      const isTaken = {
        'a zero date': zeroDateDefault,
        'no member of a set': foreignDefaults,
        'a year that is stored as NULL': foreignDefaults,
      }
      if (Reflect.get(isTaken, trap) === false) {
        await expect(run(create)).rejects.toThrow(MatrixOneError)
        return
      }
      await run(create)
      if (alter !== '') await run(alter)
      const [flags] = await run(
        `select atthasdef as has from mo_catalog.mo_columns where att_database = '${database}' ` +
          `and att_relname = 'late' and attname = 'a' and account_id = current_account_id()`,
      )
      expect(Number(flags?.['has'])).toBe(1)
      await expect(run('insert into late (v) values (1)')).rejects.toThrow(MatrixOneError)
      const column = (await db.metadata.columns('late')).find(({ name }) => name === 'a')
      expect(column).not.toHaveProperty('insertOptional')
    },
  )
})

describe('a view that is read while another session replaces it', () => {
  it('is read as it was before or after, and never as broken', async () => {
    await run('create table base (id int primary key, a int)')
    await run('create view seen as select id from base')
    const readings = Array.from({ length: 12 }, async () => {
      const { tables } = await db.metadata.read()
      return tables.find(({ name }) => name === 'seen')
    })
    for (const column of ['a', 'id', 'a', 'id']) {
      await run('drop view seen')
      await run(`create view seen as select ${column} from base`)
    }
    for (const view of await Promise.all(readings)) expect(view?.broken).toBeUndefined()
  })
})
