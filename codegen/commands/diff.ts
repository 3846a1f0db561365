/** `mo-codegen diff A B`: compares two schemas, each a database or a snapshot file. */
import { compareModels } from 'kysely-matrixone/schema'
import type { Flags } from '../config/flags.js'
import type { Settings } from '../config/settings.js'
import { withOverriddenReads } from '../emit/typescript/overrides.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import type { DriftReport } from '../report/report.js'
import { printable } from '../report/printable.js'
import { readIfThere } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import { IgnoreRules } from './ignore-rules.js'
import { areFailing, refusePartialReading } from './judge-findings.js'
import { normalizerFor } from './normalize.js'
import { tablesOf } from './removed-tables.js'
import { refuseUnknownNames } from './select-tables.js'
import { suggestStatement } from './suggest-statement.js'
import { countTables, loadSource, type SchemaSource, sideOf } from './source.js'
import { writeReports } from './write-reports.js'

/** The two schemas of a command line, and how their settings are found. */
export interface Operands {
  readonly operands: readonly string[]
  readonly resolve: (flags: Flags) => Promise<Settings>
}

/**
 * Compares and reports; 1 when something differs.
 *
 * An operand is a URL, perhaps with `?at=<snapshot>` for one of MatrixOne's snapshots, or the path of a
 * snapshot file.
 */
export async function diff(
  [settings]: readonly [Settings, ...Settings[]],
  output: Output,
  { operands, resolve }: Operands,
): Promise<ExitCode> {
  const [first, second, ...more] = operands
  if (first === undefined || second === undefined || more.length > 0) {
    throw new ConfigurationError(
      `diff compares two schemas, and ${operands.length} were given.\n` +
        'Write: mo-codegen diff <expected> <actual>. Each is a URL, with ?at=<snapshot> for the past, or a snapshot file.',
    )
  }
  const load = async (operand: string): Promise<SchemaSource> => {
    const flags = flagsFor(operand)
    if (flags.from !== undefined) refuseMissing(projectFile(settings.cwd, flags.from))
    const found = await resolve({ ...settings.flags, ...flags })
    const { url } = found.source
    const named = url && { ...url, origin: 'the command line' }
    // The operand alone says which database and time it is: those of the configuration are for the project's files.
    const isWhole = settings.flags.databases === undefined && namesDatabase(url?.value)
    const databases = isWhole ? [] : found.source.databases
    const source = { ...found.source, url: named, databases, at: flags.at }
    return loadSource({ ...found, source }, output, { others: 'later' })
  }
  const [expected, actual] = tellApart(await load(first), await load(second), operands)
  // A table that a pattern names may be in one of them only; the configuration is about the project's own tables.
  const { include = [], exclude = [] } = settings.flags
  const emit = { ...settings.emit, interfaceNames: {} }
  refuseUnknownNames(
    { ...settings, emit, patterns: { include, exclude } },
    {
      model: expected.model,
      excluded: [...expected.excluded, ...tablesOf(actual.model), ...actual.excluded],
    },
  )
  const report = compare(settings, expected, actual)
  refusePartialReading(report.findings, [expected, actual], 'compare')
  writeReports(report, settings, output)
  return report.exitCode
}

/** Two accounts can have a database of one name. */
function tellApart(
  expected: SchemaSource,
  actual: SchemaSource,
  operands: readonly string[],
): readonly [expected: SchemaSource, actual: SchemaSource] {
  const [first = '', second = ''] = operands.map(userOf)
  if (expected.label !== actual.label || first === second) return [expected, actual]
  const named = (source: SchemaSource, user: string): SchemaSource => ({
    ...source,
    label: `${source.label} as ${printable(user)}`,
  })
  return [named(expected, first), named(actual, second)]
}

function userOf(operand: string): string {
  return URL.canParse(operand) ? decodeURIComponent(new URL(operand).username) : ''
}

function namesDatabase(url = ''): boolean {
  return /^\w+:\/\/[^/?#]*\/[^/?#]/.test(url)
}

function refuseMissing(file: ProjectFile): void {
  if (readIfThere(file) !== undefined) return
  throw new ConfigurationError(
    `There is no snapshot file ${file.shown}.\nA database is written as its URL: mysql://user:password@host:6001/database`,
  )
}

function flagsFor(operand: string): Pick<Flags, 'url' | 'at' | 'from'> {
  if (!/^\w+:\/\//.test(operand)) return { from: operand }
  const [, url = operand, separator = '', at] = /^(.*?)([?&])at=([^&]*)/.exec(operand) ?? []
  if (at === undefined) return { url: operand }
  const rest = operand.slice(`${url}${separator}at=${at}`.length).replace(/^&/, '')
  return { url: rest === '' ? url : `${url}${separator}${rest}`, at: decodeURIComponent(at) }
}

function compare(settings: Settings, expected: SchemaSource, actual: SchemaSource): DriftReport {
  const options = withOverriddenReads(expected.model, settings.emit)
  const normalized = normalizerFor(
    [expected.serverVersion, actual.serverVersion],
    settings.normalize,
  )
  const [before, after] = [normalized(expected.model), normalized(actual.model)]
  const found = compareModels(before, after, options)
  // One that ignores nothing may well be about the files, so only `check` tells of it.
  const { kept, notes } = new IgnoreRules([settings]).apply([{ findings: found }], settings)
  const all = kept.flatMap(({ findings }) => findings)
  const findings = all.map((finding) => ({
    ...finding,
    location: null,
    fix: suggestStatement(finding, expected.model, found),
  }))
  return {
    expected: [sideOf(expected)],
    actual: [sideOf(actual)],
    tables: countTables(actual.model),
    findings,
    notes,
    fix: null,
    exitCode: areFailing(findings, settings) ? 1 : 0,
  }
}
