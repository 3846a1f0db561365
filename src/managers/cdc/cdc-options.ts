/** The options of each method of change data capture. */
import {
  filledText,
  flag,
  instant,
  integer,
  numberFrom,
  objectOf,
  objectsOf,
  oneOf,
  type OptionRules,
  required,
  secret,
  text,
  textLike,
} from '../../options/option-rules.js'
import type { CdcEndpoint, CdcFilter, CdcWaitOptions, CreateCdcOptions } from './cdc-types.js'

interface Pair {
  readonly from: string
  readonly to: string
}

const endpoint: OptionRules<CdcEndpoint> = {
  host: required(filledText),
  port: required(integer(1, 65_535)),
  user: required(filledText),
  password: required(secret),
  account: text,
}

const pair: OptionRules<Pair> = { from: required(text), to: required(text) }

export const createCdcOptions: OptionRules<CreateCdcOptions> = {
  source: required(objectOf<CdcEndpoint>(endpoint)),
  sink: required(
    objectOf<CreateCdcOptions['sink']>({ ...endpoint, type: oneOf('matrixone', 'mysql') }),
  ),
  tables: objectsOf<Pair>(pair),
  database: objectOf<Pair>(pair),
  full: flag,
  startAt: instant,
  endAt: instant,
  exclude: text,
  frequency: textLike(/^\d+[mh]$/, "minutes or hours, '5m' or '1h'"),
  maxSqlLength: integer(1),
  sendSqlTimeout: textLike(/^\d+[smh]$/, "seconds, minutes or hours, '30s', '10m' or '1h'"),
  splitFirstCopy: flag,
  ifNotExists: flag,
}

export const cdcWaitOptions: OptionRules<CdcWaitOptions> = {
  timeout: numberFrom(0),
  interval: numberFrom(0),
}

export const cdcFilter: OptionRules<CdcFilter> = {
  only: oneOf('failing', 'stuck', 'late'),
  lateAfter: numberFrom(0),
}
