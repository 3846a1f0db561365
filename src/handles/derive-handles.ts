/**
 * kysely makes every new object as one of *its* classes. So each of its methods that gives out
 * another handle or builder is wrapped here, in one loop, and gives the result our prototype; the
 * types of these methods are in the interfaces that merge with the classes.
 */
import type { Kysely, KyselyPlugin } from 'kysely'
import { keepOptions } from '../dialect/handle-options.js'
import { planOf, planTransaction } from '../dialect/transaction-plan.js'
import { withoutAnyPlugin } from '../managers/statement/present-handle.js'
import { timeTravelOf } from '../time-travel/time-travel-plugin.js'
import { boundQuery } from './bound-query.js'
import { adopt } from './handle.js'

/** A class of this folder. */
interface HandleClass<Instance extends object> {
  readonly prototype: Instance
}

type Method = (this: object, ...parameters: readonly unknown[]) => object

const HANDLES = [
  'withPlugin',
  'withoutPlugins',
  'withSchema',
  'withTables',
  '$extendTables',
  '$omitTables',
  '$pickTables',
]

const BUILDERS = ['setAccessMode', 'setIsolationLevel']

/** Makes the methods of a database or transaction give out handles of its own class. */
export function installDerivedHandles<Instance extends AnyHandle>(
  type: HandleClass<Instance>,
): void {
  // kysely 0.28 has only withTables, which like the others with tables changes nothing but the type.
  wrap(type, HANDLES, 'withTables', (from: Instance, made, name) => {
    const handle = adopt(made, type)
    if (name !== 'withoutPlugins') return handle
    const kept = keepOptions(from, handle)
    const past = timeTravelOf(from)
    return past === undefined ? kept : (kept.withPlugin(past) as Instance)
  })
  const { withoutPlugins, executeQuery } = baseOf(type) as Record<
    'withoutPlugins' | 'executeQuery',
    Method
  >
  define(type, withoutAnyPlugin, function (this) {
    return keepOptions(this as Instance, adopt(withoutPlugins.call(this), type))
  })
  define(type, 'executeQuery', async function (this, query, ...options) {
    const bound = boundQuery(this as Instance, query as Parameters<typeof boundQuery>[1])
    return executeQuery.call(this, bound, ...options)
  })
}

/** Makes the settings of a transaction builder give out builders of its class, with the same plan. */
export function installDerivedBuilders(type: HandleClass<object>): void {
  wrap(type, BUILDERS, 'setAccessMode', (from: object, made) =>
    planTransaction(adopt(made, type), planOf(from)),
  )
}

type AnyHandle = Pick<Kysely<unknown>, 'getExecutor'> & {
  withPlugin(plugin: KyselyPlugin): unknown
}

function wrap<Instance extends object>(
  type: HandleClass<object>,
  names: readonly string[],
  otherwise: string,
  finish: (from: Instance, made: object, name: string) => object,
): void {
  const base = baseOf(type)
  for (const name of names) {
    const original = (base[name] ?? base[otherwise]) as Method
    define(type, name, function (this, ...parameters) {
      return finish(this as Instance, original.apply(this, [...parameters]), name)
    })
  }
}

function baseOf({ prototype }: HandleClass<object>): Readonly<Record<string, Method | undefined>> {
  return Object.getPrototypeOf(prototype) as Readonly<Record<string, Method | undefined>>
}

function define({ prototype }: HandleClass<object>, name: string | symbol, value: Method): void {
  Object.defineProperty(prototype, name, { configurable: true, writable: true, value })
}
