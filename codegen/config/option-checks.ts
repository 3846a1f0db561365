/** The checks of option values; the message of each completes "must be …". */
import * as v from 'valibot'
import { type ColumnRead, columnTypeChoices, type ColumnTypeOptions } from 'kysely-matrixone/schema'
import type { CamelCaseOptions } from '../emit/typescript/camel-case.js'
import type { NameFunction } from '../emit/typescript/chosen-names.js'
import type { ColumnOverride } from '../emit/typescript/emit-options.js'
import { parseReporter, reporterNames, type ReporterText } from '../report/report.js'
import type { IgnoreRule, NamedTarget } from './config.js'
import {
  type NormalizationName,
  normalizationNames,
  type NormalizeOption,
} from './normalization-names.js'

const nonEmpty = 'text that is not empty'
/** Text that is not empty. */
export const text = v.pipe(v.string(nonEmpty), v.minLength(1, nonEmpty))
/** A list of such texts. */
export const texts = v.array(text, 'a list of texts')
/** A switch. */
export const onOff = v.boolean('true or false')

/** A number from 0 to 1, as a flag has it. */
export const share = v.pipe(
  v.string('a number from 0 to 1'),
  v.check(
    (value) => value.trim() !== '' && Number(value) >= 0 && Number(value) <= 1,
    'a number from 0 to 1',
  ),
)

/** A reporter, with the file that it goes to. */
export const reporter = v.custom<ReporterText>(
  (value) => typeof value === 'string' && parseReporter(value) !== undefined,
  `one of ${reporterNames.join(', ')}, with =file where it goes to one`,
)

/** One of the choices. */
export function oneOf<const Choices extends readonly string[]>(choices: Choices) {
  return v.picklist(choices, `one of ${choices.join(', ')}`)
}

const read = columnTypeChoices
/** The choices of `types`. */
export const columnTypes: {
  readonly [Key in keyof ColumnTypeOptions]-?: v.GenericSchema<ColumnTypeOptions[Key]>
} = {
  bigint: v.optional(oneOf(read.bigint)),
  decimal: v.optional(oneOf(read.decimal)),
  date: v.optional(oneOf(read.date)),
  datetime: v.optional(oneOf(read.datetime)),
  vector: v.optional(oneOf(read.vector)),
  json: v.optional(oneOf(read.json)),
  tinyint: v.optional(oneOf(read.tinyint)),
}
/** Every choice of every type. */
export const columnReads: readonly ColumnRead[] = [...new Set(Object.values(read).flat())]

/** `{ bigint: undefined }` means the default. */
export function withoutUndefined(types: Readonly<Record<string, unknown>>): ColumnTypeOptions {
  return Object.fromEntries(Object.entries(types).filter(([, read]) => read !== undefined))
}

/** A type of a column. */
export const override = v.union(
  [
    text,
    v.strictObject({
      type: text,
      import: v.optional(text),
      raw: v.optional(onOff),
    }),
  ],
  "a type such as 'Meta', or { type, import, raw }",
) as v.GenericSchema<unknown, string | ColumnOverride>

/** A difference to leave out. */
export const ignoreRule = v.pipe(
  v.strictObject({
    rule: v.optional(text),
    name: v.optional(text),
    reason: text,
    expires: v.optional(v.pipe(v.string(), v.check(isDay, 'a day, YYYY-MM-DD'))),
  }),
  v.check(
    ({ rule, name }) => rule !== undefined || name !== undefined,
    'given a rule or a name: an ignore rule with neither would leave out everything',
  ),
) as v.GenericSchema<unknown, IgnoreRule>

/** The differences between versions of the server that are left out. */
export const normalize = v.union(
  [
    onOff,
    v.strictObject({
      'index-prefix-lengths': v.optional(onOff),
      checks: v.optional(onOff),
      'vector-index-options': v.optional(onOff),
    } satisfies { readonly [Name in NormalizationName]: unknown }),
  ],
  `true, false or an object with ${normalizationNames.join(', ')}, such as { '${normalizationNames[0]}': false }`,
) as v.GenericSchema<unknown, NormalizeOption>

/** The options of CamelCasePlugin. */
export const camelCaseOptions = v.strictObject({
  maintainNestedObjectKeys: v.optional(onOff),
  upperCase: v.optional(onOff),
  underscoreBeforeDigits: v.optional(onOff),
  underscoreBetweenUppercaseLetters: v.optional(onOff),
}) as v.GenericSchema<unknown, CamelCaseOptions>

/** Several targets; check-config.ts checks the options of each. */
export const namedTargets = v.array(
  v.looseObject({ name: text }),
  'a list of targets',
) as v.GenericSchema<unknown, readonly NamedTarget[]>

/** A function that gives names; JSON files have none. */
export const nameFunction = v.custom<NameFunction>(
  (value) => typeof value === 'function',
  'a function, in a .ts or .js file',
)

const sliceName = 'an object of lists of tables by slice, whose names are words'
/** Tables by slice. */
export const slices = v.record(
  v.pipe(v.string(sliceName), v.regex(/^[a-z]\w*$/i, sliceName)),
  v.pipe(texts, v.minLength(1, 'a list of at least one table')),
  sliceName,
)

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}
