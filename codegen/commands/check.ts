/** `mo-codegen check`: compares database, snapshot file and generated file. */
import { writeFlags } from '../config/flags.js'
import { hideUrlPassword } from '../config/redact.js'
import type { Settings } from '../config/settings.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import type { DriftReport, ReportedFinding } from '../report/report.js'
import { readIfThere } from '../workspace/files.js'
import { emitAll, wantTypes } from '../workspace/generated-file.js'
import { MemberPositions, type ReadFile } from '../workspace/member-positions.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { listTableFiles } from '../workspace/table-files.js'
import { confirmRemoved } from './confirm-removed.js'
import { removedBy, tablesOf } from './removed-tables.js'
import { compareWithSnapshot, compareWithTypes, type Comparison } from './compare-files.js'
import { IgnoreRules } from './ignore-rules.js'
import { areFailing, refusePartialReading } from './judge-findings.js'
import { joinReports, type TargetReport } from './join-reports.js'
import { suggestStatement } from './suggest-statement.js'
import { countTables, loadSource, type SchemaSource, sideOf, takeSnapshotFile } from './source.js'
import { trustUnreadViews } from './unread-views.js'
import { withinTarget } from './within-target.js'
import { writeReports } from './write-reports.js'

/** Compares each target and reports on all of them at once; 1 when something differs. */
export async function check(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  const ignoring = new IgnoreRules(targets)
  const run = { ignoring, output, generated: targets.map(({ outFile }) => outFile) }
  const reports: TargetReport[] = []
  for (const settings of targets) {
    const checkIt = (): Promise<TargetReport> => checkTarget(settings, run)
    reports.push(await withinTarget(settings, checkIt))
  }
  const report = ignoring.review(joinReports(reports))
  const [first] = targets
  writeReports(report, first, output)
  return report.exitCode
}

/** The parts of a check that its targets share. */
interface Run {
  readonly ignoring: IgnoreRules
  readonly output: Output
  /** The generated file of each target. */
  readonly generated: readonly ProjectFile[]
}

async function checkTarget(settings: Settings, run: Run): Promise<TargetReport> {
  const { output } = run
  const { migrations } = settings
  const checkMigrated = (migrated: Settings): Promise<TargetReport> => checkOne(migrated, run)
  if (migrations === undefined) return checkMigrated(settings)
  const { checkMigrations } = await import('./check-migrations.js')
  return checkMigrations(settings, migrations, checkMigrated, output)
}

async function checkOne(given: Settings, run: Run): Promise<TargetReport> {
  const { ignoring, output } = run
  const found = takeSnapshotFile(given, 'check')
  // A column that an option names and the schema no longer has is drift, and not a mistake in the option.
  const settings: Settings = { ...found, emit: { ...found.emit, leftOut: 'any' } }
  const load = async (earlier?: SchemaSource): Promise<SchemaSource> =>
    trustUnreadViews(settings, await loadSource(settings, output, { earlier, others: 'snapshot' }))
  const first = await load()
  const firstComparisons = await compareFiles(settings, first)
  const again = settings.from === undefined && firstComparisons.some(hasFindings)
  // A migration that replaces a view, or drops a table to create it anew, shows none in between.
  const source = again ? await load(first) : first
  const comparisons = again ? await compareFiles(settings, source) : firstComparisons
  await confirmRemoved(settings, removedBy(comparisons.flatMap(({ findings }) => findings)))
  const isOneThere = isOurs(source, settings) || comparisons.some(({ isMissing }) => !isMissing)
  if (comparisons.length === 0 || !isOneThere) throw nothingToCompare(settings)
  const report = toReport(settings, source, comparisons, ignoring)
  refusePartialReading(report.findings, [source], 'check')
  return { report: await withImpact(report, settings, source, run), compared: namesOf(source) }
}

/** Its tables, as no other source has them. */
function namesOf({ label, model }: SchemaSource): readonly string[] {
  return model.databases.flatMap(({ name, tables }) =>
    tables.map((table) => JSON.stringify([label, name, table.name])),
  )
}

/** Adds what the findings break in the program of `--impact`. */
async function withImpact(
  report: DriftReport,
  { impact: tsconfig, outFile: generated, emit, cwd }: Settings,
  { model }: SchemaSource,
  { generated: all }: Run,
): Promise<DriftReport> {
  const { findings } = report
  if (tsconfig === undefined || findings.length === 0) return report
  const types = await emitAll(wantTypes(model, emit))
  const { findImpact } = await import('../impact/find-impact.js')
  const { camelCase } = emit
  const others = all.filter((file) => file !== generated)
  const gone = findings.flatMap(({ table }) => table ?? [])
  const tables = [...new Set([...tablesOf(model).map(({ table }) => table), ...gone])]
  const question = { cwd, tsconfig, generated, others, types, findings, tables, camelCase }
  return { ...report, impact: findImpact(question) }
}

async function compareFiles(
  settings: Settings,
  source: SchemaSource,
): Promise<readonly Comparison[]> {
  const { only } = settings
  const snapshot = only === 'types' ? undefined : await compareWithSnapshot(settings, source)
  const types = only === 'snapshot' ? undefined : await compareWithTypes(settings, source, snapshot)
  return [snapshot, types].filter((compared) => compared !== undefined)
}

/** Whether the schema comes from the project's snapshot file, as with `--offline`. */
function isOurs(source: SchemaSource, { snapshotFile }: Settings): boolean {
  return source.file !== undefined && source.file.path === snapshotFile?.path
}

function hasFindings({ findings }: Comparison): boolean {
  return findings.length > 0
}

function toReport(
  settings: Settings,
  source: SchemaSource,
  comparisons: readonly Comparison[],
  ignoring: IgnoreRules,
): DriftReport {
  const { kept, notes } = ignoring.apply(comparisons, settings)
  const findings = reported(settings, kept, comparisons)
  return {
    expected: comparisons.map(({ file }) => ({ name: file.shown, isFile: true })),
    actual: [sideOf(source)],
    tables: countTables(source.model),
    findings,
    notes: [...comparisons.flatMap((compared) => compared.notes), ...notes],
    fix: fixFor(settings, source),
    exitCode: areFailing(findings, settings) ? 1 : 0,
  }
}

/** Adds to each finding that is kept where it is in the generated file, and the statements that would undo it. */
function reported(
  settings: Settings,
  kept: readonly Comparison[],
  all: readonly Comparison[],
): readonly ReportedFinding[] {
  if (!kept.some(hasFindings)) return []
  const { target } = settings
  const positions = new MemberPositions(readFiles(settings), settings.emit.camelCase)
  return kept.flatMap(({ findings, expected }, at) =>
    findings.map((finding) => {
      const { file } = finding
      const location =
        file === undefined ? (positions.find(finding) ?? null) : { file, line: 1, column: 1 }
      const fix =
        expected === undefined ? null : suggestStatement(finding, expected, all[at]?.findings)
      return { ...finding, ...(target !== undefined && { target }), location, fix }
    }),
  )
}

/** The generated files that are there. */
function readFiles({ outFile, cwd }: Settings): readonly ReadFile[] {
  return [outFile, ...listTableFiles(outFile, cwd)].flatMap((file) => {
    const text = readIfThere(file)
    return text === undefined ? [] : [{ shown: file.shown, text }]
  })
}

function nothingToCompare({ only, from, snapshotFile, outFile }: Settings): ConfigurationError {
  if (only === 'snapshot' && from !== undefined && from.path === snapshotFile?.path) {
    return new ConfigurationError(
      `${from.shown} would be compared with itself: --only snapshot needs another schema beside it.\nLeave out --only snapshot to compare the generated file, or --offline and --from to read the database.`,
    )
  }
  if (only === 'snapshot' && snapshotFile === null) {
    return new ConfigurationError(
      'There is no snapshot file to compare with: snapshotFile is false.\nName one with --snapshot-file.',
    )
  }
  const files = [only === 'types' ? null : snapshotFile, only === 'snapshot' ? null : outFile]
  const shown = files.flatMap((file) => file?.shown ?? []).join(' nor ')
  return new ConfigurationError(
    `There is nothing to compare with: no ${shown}.\nWrite them with: mo-codegen generate. Or name them with --out-file and --snapshot-file.`,
  )
}

/** The command that accepts the actual side, with the flags of the check. */
function fixFor({ target, flags, only }: Settings, { file }: SchemaSource): string {
  const command = only === 'snapshot' && file === undefined ? 'snapshot' : 'generate'
  const { verify: _verify, reporter: _reporter, logLevel: _logLevel, ...kept } = flags
  const words = writeFlags(
    {
      ...kept,
      ...(target !== undefined && { target: [target] }),
      ...(file && { from: file.shown }),
    },
    command,
  )
  return hideUrlPassword(['mo-codegen', command, ...words].join(' '))
}
