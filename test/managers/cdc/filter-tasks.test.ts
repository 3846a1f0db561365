import { describe, expect, it } from 'vitest'
import { MatrixOne, ValueError } from 'kysely-matrixone'
import { filterTasks } from '../../../src/managers/cdc/filter-tasks.js'
import { readTask } from '../../../src/managers/cdc/read-task.js'

const address = Buffer.from(JSON.stringify({ user: 'root', ip: 'db', port: 6001 })).toString('hex')

const task = (name: string, row: { state?: string; err_msg?: string; checkpoint?: string }) =>
  readTask({
    task_id: name,
    task_name: name,
    source_uri: address,
    sink_uri: address,
    state: 'running',
    err_msg: '',
    checkpoint: '{\n}',
    timestamp: '2026-11-21 12:00:00 +0000 UTC',
    ...row,
  })

const at = (time: string, error = ''): string =>
  `{\n  "d.t": 2026-11-21 ${time} +0000 UTC${error},\n}`
const failed = '(Failed, error: no such table d.t)'

const tasks = [
  task('well', { checkpoint: at('11:59:59') }),
  task('new', {}),
  task('stuck', { checkpoint: at('11:59:00', failed) }),
  task('late', { checkpoint: at('11:49:59') }),
  task('failed', { state: 'failed', err_msg: 'no sink', checkpoint: at('11:00:00', failed) }),
]

const names = (filter: Parameters<typeof filterTasks>[1]): readonly string[] =>
  filterTasks(tasks, filter).map(({ name }) => name)

describe('the filters of cdc.list', () => {
  it('find what the state does not tell (the trap): a stuck table under running', () => {
    expect(tasks.find(({ name }) => name === 'stuck')).toMatchObject({
      state: 'running',
      error: null,
    })
    expect(names({ only: 'stuck' })).toEqual(['stuck'])
  })

  it('find tasks that failed, and tasks that are late by the given time', () => {
    expect(names({})).toHaveLength(tasks.length)
    expect(names({ only: 'failing' })).toEqual(['failed'])
    expect(names({ only: 'late' })).toEqual(['late', 'failed'])
    expect(names({ only: 'late', lateAfter: 601_000 })).toEqual(['failed'])
    expect(names({ only: 'late', lateAfter: 0 })).toEqual(['well', 'stuck', 'late', 'failed'])
    expect(Object.isFrozen(filterTasks(tasks, { only: 'late' }))).toBe(true)
  })

  it('are refused when they make no sense, before anything is sent', async () => {
    const { cdc } = new MatrixOne({ connection: { host: '127.0.0.1', port: 1 } })
    await expect(cdc.list({ lateAfter: 1000 })).rejects.toThrow(/only: 'late'/)
    await expect(cdc.list({ only: 'stuck', lateAfter: 1000 })).rejects.toThrow(ValueError)
    await expect(cdc.list({ only: 'slow' as 'late' })).rejects.toThrow(
      /'failing', 'stuck' or 'late'/,
    )
    await expect(cdc.list({ late_after: 1 } as object)).rejects.toThrow(/Did you mean lateAfter/)
  })
})
