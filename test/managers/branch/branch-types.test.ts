import type { DiffRow, MatrixOne } from 'kysely-matrixone'
import type { Generated } from 'kysely'
import { describe, expect, expectTypeOf, it } from 'vitest'

interface DB {
  orders: { id: Generated<number>; note: string | null }
  lines: { id: number }
}

declare const db: MatrixOne<DB>
declare const untyped: MatrixOne<Record<string, Record<string, unknown>>>

/** Compiled, never run. */
async function compiled(): Promise<void> {
  const rows = await db.branch.diff('wip', { against: 'orders' })
  expectTypeOf(rows).toEqualTypeOf<readonly DiffRow<{ id: number; note: string | null }>[]>()
  const some = await db.branch.diff('wip', { against: 'orders', columns: ['id'] })
  expectTypeOf(some).toEqualTypeOf<readonly DiffRow<{ id: number }>[]>()
  const any = await untyped.branch.diff('wip', { against: 'whatever' })
  expectTypeOf(any[0]?.side).toEqualTypeOf<'branch' | 'against' | undefined>()

  // @ts-expect-error -- no such table
  await db.branch.createTable('wip', { from: 'order' })
  // @ts-expect-error -- no such table
  await db.branch.diff('wip', { against: 'order' })
  // @ts-expect-error -- no such column
  await db.branch.diff('wip', { against: 'orders', columns: ['nope'] })
  // @ts-expect-error -- a column of another table
  await db.branch.diff('wip', { against: 'lines', columns: ['note'] })
  // @ts-expect-error -- no such table
  await db.branch.merge('wip', { into: 'order' })
  // @ts-expect-error -- no such mode
  await db.branch.merge('wip', { into: 'orders', onConflict: 'ours' })
  // @ts-expect-error -- a key is a value or values
  await db.branch.pick('wip', { into: 'orders', keys: [{ id: 1 }] })
  // @ts-expect-error -- of what database?
  await db.branch.withBranch({}, async () => undefined)
}

describe('the types of branch calls', () => {
  it('refuse wrong tables, columns, modes and keys', () => {
    expect(compiled).toBeTypeOf('function')
  })
})
