/**
 * Connection hooks: each runs once per physical connection, before any statement of the program. Predefined actions and session variables become one `SET a = …, b = …` (one
 * round trip, and the plain form survives a migration between compute nodes, 4.2.0); callbacks
 * follow in order, each on that very connection.
 */
import { MatrixOneError } from '../../errors.js'
import { checkDurations } from '../limits/durations.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import {
  anything,
  callable,
  either,
  isObject,
  listOf,
  oneOf,
  type OptionRule,
  text,
} from '../../options/option-rules.js'
import type { HookConnection } from './hook-connection.js'
import { refuseAutocommitOff } from '../../guards/autocommit.js'
import { guardModeNames } from '../../guards/sql-mode.js'

/** The predefined actions, by the names that MatrixOne's SDKs use. */
export const ConnectionAction = Object.freeze({
  ENABLE_IVF: 'enable_ivf',
  ENABLE_HNSW: 'enable_hnsw',
  ENABLE_FULLTEXT: 'enable_fulltext',
  ENABLE_VECTOR: 'enable_vector',
  ENABLE_ALL: 'enable_all',
} as const)

/** One of the predefined actions. */
export type ConnectionAction = (typeof ConnectionAction)[keyof typeof ConnectionAction]

/** Values of session variables; booleans are sent as 1 and 0, because MatrixOne reads `true` as off. */
export type SessionVariables = Readonly<Record<string, string | number | boolean>>

/**
 * Reaction to a hook that fails: `warn` uses the connection anyway, with a process warning, an
 * event and an entry in the status; `throw` destroys the connection and rejects the acquire; a
 * function decides by throwing or not.
 */
export type HookErrorPolicy = 'warn' | 'throw' | ((error: unknown, context: HookContext) => void)

/** Which hook failed, and where. */
export interface HookContext {
  readonly hook: string
  readonly connectionId: number
  readonly serverVersion: string
  readonly attempt: number
}

/** A custom callback. */
export type ConnectionHookCallback = (connection: HookConnection) => void | Promise<void>

/** A hook: session variables, then a callback. */
export interface ConnectionHook {
  readonly name: string
  /** Set when the server has them. */
  readonly optionalVariables: SessionVariables
  /** Set always; an unknown one is a hook error. */
  readonly variables: SessionVariables
  readonly callback: ConnectionHookCallback | null
  /** Reaction to its failure; null for the pool's `onHookError`. */
  readonly onError: HookErrorPolicy | null
  /** Milliseconds; null for the pool's `hookTimeout`. */
  readonly timeout: number | null
}

/** Options of every function that makes a hook. */
export interface HookOptions {
  /** Reaction to its failure, instead of the pool's `onHookError`. */
  readonly onError?: HookErrorPolicy
  /** Milliseconds after which the connection is closed, instead of the pool's `hookTimeout`. */
  readonly timeout?: number
}

/** A hook in any form: an action, its name, a callback, or the result of a function below. */
export type ConnectionHookInput = ConnectionAction | ConnectionHookCallback | ConnectionHook

/** The rule for a hook in any form. */
const hookRule: OptionRule = either(text, callable, {
  expected: 'a hook made by createConnectionHook or setSession',
  accepts: (value) => isObject(value) && isObject(value['variables']),
})

/** The rule for a reaction to a hook that fails. */
export const hookErrorPolicy: OptionRule = either(oneOf('warn', 'throw'), callable)

const HOOK = {
  onError: hookErrorPolicy,
  timeout: anything,
  actions: listOf(text),
  callback: callable,
  name: text,
}

const ACTION_VARIABLES: Readonly<Record<ConnectionAction, readonly string[]>> = {
  enable_ivf: ['experimental_ivf_index'],
  enable_hnsw: ['experimental_hnsw_index'],
  enable_fulltext: ['experimental_fulltext_index'],
  enable_vector: ['experimental_ivf_index', 'experimental_hnsw_index'],
  enable_all: ['experimental_ivf_index', 'experimental_hnsw_index', 'experimental_fulltext_index'],
}

/**
 * Makes a hook of predefined actions and a callback; the callback runs after the actions.
 *
 * @example
 * new MatrixOne({ connection, hooks: createConnectionHook({
 *   actions: [ConnectionAction.ENABLE_VECTOR],
 *   callback: async (connection) => { await connection.execute('set probe_limit = 20') },
 * }) })
 *
 * ```sql
 * set experimental_ivf_index = 1, experimental_hnsw_index = 1
 * ```
 * @throws {MatrixOneError} for an unknown action
 */
export function createConnectionHook(
  hook: HookOptions & {
    readonly actions?: readonly ConnectionAction[]
    readonly callback?: ConnectionHookCallback
    readonly name?: string
  },
): ConnectionHook {
  checkOptions('createConnectionHook', HOOK, hook)
  checkDurations('createConnectionHook', { timeout: hook.timeout })
  const actions = hook.actions ?? []
  const variables = actions.flatMap((action) => variablesOf(action))
  return Object.freeze({
    name: hook.name ?? ([...actions, hook.callback?.name].filter(Boolean).join(', ') || 'callback'),
    optionalVariables: Object.freeze(Object.fromEntries(variables.map((name) => [name, 1]))),
    variables: Object.freeze({}),
    callback: hook.callback ?? null,
    onError: hook.onError ?? null,
    timeout: hook.timeout ?? null,
  })
}

/**
 * Makes a hook that sets session variables.
 *
 * @example
 * new MatrixOne({ connection, hooks: [setSession({ probe_limit: 20 })] })
 *
 * ```sql
 * set probe_limit = 20
 * ```
 * @throws {MatrixOneError} for a name that cannot be that of a variable
 * @throws {ValueError} for `autocommit: 0`, with which no write would last
 */
export function setSession(variables: SessionVariables, options: HookOptions = {}): ConnectionHook {
  checkDurations('setSession', { timeout: options.timeout })
  for (const name of Object.keys(variables)) {
    if (!/^[a-z_][a-z0-9_]*$/i.test(name)) {
      throw new MatrixOneError(`${JSON.stringify(name)} is not a valid session variable name.`)
    }
    if (name.toLowerCase() === 'sql_mode') {
      guardModeNames(String(variables[name]).split(','), 'refuse')
    }
    if (name.toLowerCase() === 'autocommit') refuseAutocommitOff(variables[name] ?? '')
  }
  return Object.freeze({
    name: `setSession(${Object.keys(variables).join(', ')})`,
    optionalVariables: Object.freeze({}),
    variables: Object.freeze({ ...variables }),
    callback: null,
    onError: options.onError ?? null,
    timeout: options.timeout ?? null,
  })
}

/** Brings the option `hooks` into one form; without it, `MATRIXONE_ON_CONNECT` names the actions. */
export function resolveHooks(
  input: ConnectionHookInput | readonly ConnectionHookInput[] | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ConnectionHook[] {
  if (input === undefined) {
    const actions = (environment['MATRIXONE_ON_CONNECT'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
    return actions.length === 0
      ? []
      : [createConnectionHook({ actions: actions.map((name) => toAction(name)) })]
  }
  const list = Array.isArray(input) ? (input as readonly ConnectionHookInput[]) : [input]
  return list.map((hook) => toHook(hook as ConnectionHookInput))
}

/** Brings one hook into its form. */
export function toHook(hook: ConnectionHookInput): ConnectionHook {
  checkArgument('hooks', 'A hook', hookRule, hook)
  if (typeof hook === 'function') return createConnectionHook({ callback: hook })
  if (typeof hook === 'string') return createConnectionHook({ actions: [hook] })
  return hook
}

function toAction(name: string): ConnectionAction {
  variablesOf(name)
  return name.toLowerCase() as ConnectionAction
}

function variablesOf(action: string): readonly string[] {
  const variables = Object.hasOwn(ACTION_VARIABLES, action.toLowerCase())
    ? ACTION_VARIABLES[action.toLowerCase() as ConnectionAction]
    : undefined
  if (variables !== undefined) return variables
  throw new MatrixOneError(
    `${JSON.stringify(action)} is not a connection action. ` +
      `The actions are ${Object.keys(ACTION_VARIABLES).join(', ')} ` +
      '(option hooks, or MATRIXONE_ON_CONNECT separated by commas).',
  )
}
