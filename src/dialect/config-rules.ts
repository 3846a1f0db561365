import { hookErrorPolicy } from '../connection/setup/hooks.js'
import {
  anything,
  callable,
  either,
  isObject,
  list,
  listOf,
  object,
  oneOf,
  type OptionRule,
  type OptionRules,
  required,
  text,
} from '../options/option-rules.js'
import { ERROR_OPTIONS, type MatrixOneDialectConfig } from './matrixone-dialect-config.js'

/** The options of the dialect; those with `anything` are checked where they are used. */
export const CONFIG_RULES: OptionRules<MatrixOneDialectConfig> = {
  connection: required(anything),
  hooks: anything,
  onHookError: hookErrorPolicy,
  listeners: list,
  interceptors: list,
  schema: anything,
  types: object,
  timeZone: text,
  guards: object,
  inflightQueryAbortStrategy: oneOf('cancel query', 'ignore query'),
  untrueResults: oneOf('omit', 'report'),
  emptyLists: oneOf('allow', 'refuse'),
  vectors: oneOf('base64', 'text'),
  prepare: oneOf('off', 'auto'),
  errors: {
    ...object,
    inside: ERROR_OPTIONS,
  },
  acquireTimeout: anything,
  hookTimeout: anything,
  statementTimeout: anything,
  cancelTimeout: anything,
  shutdownTimeout: anything,
}

/** Options of `new MatrixOne` that kysely itself takes. */
export const KYSELY_RULES: Readonly<Record<string, OptionRule>> = {
  plugins: listOf({
    expected: 'a plugin of kysely',
    accepts: (value) => isObject(value) && typeof value['transformQuery'] === 'function',
  }),
  log: either(listOf(oneOf('query', 'error')), callable),
}
