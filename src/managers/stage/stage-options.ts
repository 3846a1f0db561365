/** The options of each method of stages. */
import {
  flag,
  integer,
  isObject,
  oneOf,
  type OptionRule,
  type OptionRules,
  required,
  secret,
  text,
} from '../../options/option-rules.js'
import type { LoadFilesOptions, S3StageOptions, StageChanges, StageOptions } from './stage-types.js'

const credentials: OptionRule = {
  expected: 'an object with a string for each key of the storage',
  accepts: (value) =>
    isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  isSecret: true,
}

export const stageOptions: OptionRules<StageOptions> = {
  url: required(text),
  credentials,
  comment: text,
  ifNotExists: flag,
}

export const s3StageOptions: OptionRules<S3StageOptions> = {
  bucket: required(text),
  path: text,
  accessKeyId: required(secret),
  secretAccessKey: required(secret),
  region: text,
  endpoint: text,
  comment: text,
  ifNotExists: flag,
}

export const stageChanges: OptionRules<StageChanges> = {
  url: text,
  credentials,
  comment: text,
  enabled: flag,
}

export const loadFilesOptions: OptionRules<LoadFilesOptions> = {
  skipLines: integer(0),
  keys: oneOf('check', 'trust'),
}
