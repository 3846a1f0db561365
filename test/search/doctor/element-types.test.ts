import type { MatrixOne, Vector } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const elements = ['f32', 'f64', 'f16', 'bf16', 'int8', 'uint8'] as const

interface DB {
  small: { id: number; v: Vector<'f32', 2> }
}

let db: MatrixOne<DB>
let raw: Connection
beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, 'kmo_doctor_elements'))
})

describe('the doctor', () => {
  it('knows that l2_norm takes vecf32 and vecf64 only (the trap)', async () => {
    if (!server.can.narrowVectors) return
    await raw.query('create table kmo_doctor_elements.trap (v vecint8(2))')
    await expect(raw.query('select l2_norm(v) from kmo_doctor_elements.trap')).rejects.toThrow(
      'l2_norm',
    )
  })

  it.each(elements)('counts vectors of vec%s that have no direction', async (element) => {
    if (!server.can.narrowVectors && element !== 'f32' && element !== 'f64') return
    await raw.query('drop table if exists kmo_doctor_elements.small')
    await raw.query(
      `create table kmo_doctor_elements.small (id int primary key, v vec${element}(2))`,
    )
    await raw.query("insert into kmo_doctor_elements.small values (1, '[3,4]'), (2, '[0,0]')")
    await raw.query(
      "create index near using ivfflat on kmo_doctor_elements.small (v) lists = 1 op_type 'vector_cosine_ops'",
    )
    const { vectors, dimension, findings } = await db.doctor.index('small', 'v')
    expect([vectors, dimension]).toEqual([2, 2])
    expect(findings.find(({ code }) => code === 'zero-vectors')).toMatchObject({
      message: expect.stringContaining('1 vector of v (for example 2)') as string,
    })
  })
})
