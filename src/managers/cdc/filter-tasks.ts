import { ValueError } from '../../errors.js'
import type { CdcFilter, CdcTask } from './cdc-types.js'

/** The threshold of MatrixOne's Python SDK. */
const LATE_AFTER = 600_000

/** Picks the tasks that fail, are stuck, or are late. */
export function filterTasks(
  tasks: readonly CdcTask[],
  { only, lateAfter = LATE_AFTER }: CdcFilter,
): readonly CdcTask[] {
  if (only === undefined) return tasks
  const tests: Readonly<Record<typeof only, (task: CdcTask) => boolean>> = {
    failing: ({ error }) => error !== null,
    stuck: ({ state, tables }) => state === 'running' && tables.some(({ error }) => error !== null),
    late: ({ lag }) => lag !== null && lag > lateAfter,
  }
  return Object.freeze(tasks.filter(tests[only]))
}

/** Refuses a threshold without the filter that it belongs to. */
export function checkFilter({ only, lateAfter }: CdcFilter): void {
  if (lateAfter === undefined || only === 'late') return
  throw new ValueError(
    "The option lateAfter of cdc.list belongs to only: 'late'. Add that, or leave it out.",
  )
}
