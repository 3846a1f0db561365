import {
  type Dialect,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
} from 'kysely'
import { SnapshotError } from 'kysely-matrixone'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../../../src/managers/names/named-objects.js'

interface Thing {
  readonly name: string
}

let sent: string[]
let db: Kysely<unknown>

beforeEach(() => {
  sent = []
  const dialect: Dialect = {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (one) => new MysqlIntrospector(one),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  }
  db = new Kysely({ dialect, log: ({ query }) => void sent.push(query.sql) })
})

const things: DroppableKind<Thing> = {
  ...checkedNames('snapshot', 'snapshots'),
  ErrorClass: SnapshotError,
  read: () => Promise.resolve([{ name: 'sunday' }, { name: 'friday' }]),
}

const looking: DroppableKind<Thing> = {
  ...things,
  place: ' of shop',
  drop: { looksFirst: 'always', write: (stored) => `drop thing ${stored}` },
}

describe('named objects', () => {
  it('are listed by name, found without case, and cannot be changed', async () => {
    const objects = new NamedObjects(db, things)
    const list = await objects.list()
    expect(list.map(({ name }) => name)).toEqual(['friday', 'sunday'])
    expect(Object.isFrozen(list)).toBe(true)
    expect(await objects.get('Friday')).toEqual({ name: 'friday' })
    expect(await objects.exists('FRIDAY')).toBe(true)
    expect(await objects.exists('monday')).toBe(false)
  })

  it('that do not exist are named in an error that says where to look', async () => {
    await expect(new NamedObjects(db, things).get('monday')).rejects.toThrow(
      new SnapshotError(
        'There is no snapshot monday. db.snapshots.list() lists those of this account.',
      ),
    )
  })

  it('are dropped by one statement where the server knows IF EXISTS', async () => {
    await dropNamed(db, things, 'Friday', { ifExists: true })
    await dropNamed(db, things, 'monday')
    expect(sent).toEqual(['drop snapshot if exists `friday`', 'drop snapshot `monday`'])
  })

  it('are looked for first where it does not', async () => {
    await dropNamed(db, looking, 'Friday')
    await dropNamed(db, looking, 'monday', { ifExists: true })
    await expect(dropNamed(db, looking, 'monday')).rejects.toThrow(
      'There is no snapshot monday of shop.',
    )
    expect(sent).toEqual(['drop thing friday'])
  })
})
