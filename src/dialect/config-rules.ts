import { hookErrorPolicy } from '../connection/setup/hooks.js'
import {
  anything,
  oneOf,
  type OptionRule,
  type OptionRules,
  required,
} from '../options/option-rules.js'
import { ERROR_OPTIONS, type MatrixOneDialectConfig } from './matrixone-dialect-config.js'

/** The options of the dialect; those with `anything` are checked where they are used. */
export const CONFIG_RULES: OptionRules<MatrixOneDialectConfig> = {
  connection: required(anything),
  hooks: anything,
  onHookError: hookErrorPolicy,
  listeners: anything,
  interceptors: anything,
  schema: anything,
  types: anything,
  timeZone: anything,
  guards: anything,
  inflightQueryAbortStrategy: oneOf('cancel query', 'ignore query'),
  untrueResults: oneOf('omit', 'report'),
  emptyLists: oneOf('allow', 'refuse'),
  vectors: oneOf('base64', 'text'),
  errors: {
    expected: 'an object',
    accepts: (value) => typeof value === 'object',
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
  plugins: anything,
  log: anything,
}
