/** The options of each method of branches. */
import {
  anything,
  flag,
  integer,
  listOf,
  objectOf,
  oneOf,
  type OptionRules,
  required,
  text,
} from '../../options/option-rules.js'
import type {
  BranchSource,
  DiffFileOptions,
  DiffOptions,
  DiffRowsOptions,
  DiffTableOptions,
  MergeOptions,
  OnConflict,
  PickOptions,
  WithBranchOptions,
} from './branch-types.js'

export const branchSource: OptionRules<BranchSource<string>> = {
  from: required(text),
  snapshot: text,
  toAccount: text,
}

export const diffOptions: OptionRules<DiffOptions<string>> = {
  against: required(text),
  snapshot: text,
  againstSnapshot: text,
}

export const diffRowsOptions: OptionRules<DiffRowsOptions<string, string>> = {
  ...diffOptions,
  columns: listOf(text),
  limit: integer(0),
}

export const diffTableOptions: OptionRules<DiffTableOptions<string>> = {
  ...diffOptions,
  table: required(text),
  columns: listOf(text),
}

export const diffFileOptions: OptionRules<DiffFileOptions<string>> = {
  ...diffOptions,
  directory: required(text),
}

export const mergeOptions: OptionRules<MergeOptions<string>> = {
  into: required(text),
  onConflict: oneOf<OnConflict>('fail', 'skip', 'accept'),
  compareRows: flag,
}

export const pickOptions: OptionRules<PickOptions<string>> = {
  ...mergeOptions,
  keys: anything,
  between: objectOf<NonNullable<PickOptions<string>['between']>>({
    from: required(text),
    to: required(text),
  }),
}

export const withBranchOptions: OptionRules<WithBranchOptions> = {
  database: required(text),
  snapshot: text,
  name: text,
}
