/** The options of each method of loads. */
import {
  either,
  filledText,
  flag,
  integer,
  isObject,
  listOf,
  oneOf,
  type OptionRules,
  text,
  textLike,
} from '../../options/option-rules.js'
import type {
  CsvLoadOptions,
  JsonLinesLoadOptions,
  LoadOptions,
  RowsLoadOptions,
} from './load-types.js'

const column = either(text, { expected: 'null', accepts: (value) => value === null })
const character = textLike(/^[^]?$/, 'one character, or empty for none')

export const loadOptions: OptionRules<LoadOptions<string>> = {
  columns: listOf(column),
  keys: oneOf('check', 'trust'),
}

export const csvLoadOptions: OptionRules<CsvLoadOptions<string>> = {
  ...loadOptions,
  separator: filledText,
  enclosedBy: character,
  escapedBy: character,
  lineTerminator: filledText,
  skipLines: integer(0),
  nullIf: {
    expected: 'an object with a string per column',
    accepts: (value) =>
      isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  },
  parallel: flag,
}

export const jsonLinesLoadOptions: OptionRules<JsonLinesLoadOptions<string>> = {
  ...loadOptions,
  lines: oneOf('object', 'array'),
}

export const rowsLoadOptions: OptionRules<RowsLoadOptions<string>> = {
  columns: listOf(text),
  keys: oneOf('check', 'trust'),
}
