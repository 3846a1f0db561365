import type { TableModel } from '../../schema/schema-model.js'
import type { SqlExecutor } from '../statement/execute.js'
import { writeViewGrant } from './catalog-grants.js'
import type { ProbedView } from './describe-view.js'
import { probeTogether, probeView } from './probe-view.js'
import type { CatalogReading } from './read-catalog.js'

/** One connection more for each so many views: to open one takes as long as asking a few views. */
const viewsPerLane = 8

/** More at once would only wait for each other, and for the pool's other users. */
const mostLanes = 8

/** The tables and views that were wanted, as they answer now. */
export interface ReadViews {
  readonly tables: readonly TableModel[]
  readonly warnings: readonly string[]
  /** The views that could not be asked. */
  readonly unread: readonly string[]
}

/** Asks the wanted views for their columns, side by side on as many connections as `db` has. */
export async function readViews(
  db: SqlExecutor,
  { tables, wanted, views, scope: { database, hint } }: CatalogReading,
): Promise<ReadViews> {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]))
  const scope = { database, hint, findTable: (name: string) => byName.get(name) }
  const probed = new Map<string, ProbedView>()
  const named = [...views].flatMap(([name, definition]) => {
    const view = byName.get(name.toLowerCase())
    return view === undefined ? [] : [{ name, view, definition }]
  })
  const lanes = Math.min(mostLanes, Math.ceil(named.length / viewsPerLane))
  const work = async (lane: number): Promise<void> => {
    const share = named.filter((_, index) => index % lanes === lane)
    const answers = await probeTogether(
      db,
      scope,
      share.map(({ view }) => view),
    )
    for (const { name, view, definition } of share) {
      probed.set(name, await probeView(db, scope, view, definition, answers.get(view.name)))
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)))
  const read = tables.filter(({ name }) => wanted.has(name))
  const inOrder = read.flatMap(({ name }) => probed.get(name) ?? [])
  const unread = inOrder.filter(({ isChecked }) => !isChecked).map(({ view }) => view.name)
  return {
    tables: Object.freeze(read.map((table) => probed.get(table.name)?.view ?? table)),
    warnings: [
      ...inOrder.flatMap(({ warning, isChecked }) => (isChecked && warning ? [warning] : [])),
      ...warnOfUnread(database, unread),
    ],
    unread,
  }
}

function warnOfUnread(database: string, unread: readonly string[]): readonly string[] {
  const [first] = unread
  if (first === undefined) return []
  return [
    'Not checked for changes of their tables, because this role may not select from them or a ' +
      `column is named __proto__: the views ${unread.join(', ')}. ` +
      'Their columns are those of their creation. An account administrator can run, for each of them:\n' +
      writeViewGrant(database, first),
  ]
}
