/** `mo-codegen doctor`: faults of vector indexes, and the quality of searches, with an exit code for CI. */
import { join } from 'node:path'
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import type { Examination, VectorPlace } from '../read/examine-database.js'
import { drawNdcg, drawRecall } from '../report/doctor/doctor-charts.js'
import { type DoctorReport, writeDoctorJson } from '../report/doctor/doctor-report.js'
import { writeDoctorText } from '../report/doctor/doctor-text.js'
import { readIfThere, writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { projectFile } from '../workspace/project-file.js'
import { loadSource, readOptionsOf } from './source.js'

/** Examines the database of each target; 1 when there is a finding, or a target of quality was missed. */
export async function doctor(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  const [settings, ...more] = targets
  if (more.length > 0) {
    throw new ConfigurationError('doctor examines one target.\nChoose it with --target.')
  }
  const { quality } = settings
  refuseNeedless(settings)
  const { model, label } = await loadSource(settings, output)
  const places = findVectors(model)
  if (places.length === 0 && quality.search === undefined && !settings.allowEmpty) {
    throw new ConfigurationError(
      `There is no vector column in ${label}.\nCheck the database and the patterns, or accept this with --allow-empty.`,
    )
  }
  const { examineDatabase, loadDoctorFile } = await import('../read/examine-database.js')
  const file = quality.search === undefined ? undefined : await loadDoctorFile(quality.search)
  const examined = await examineDatabase(readOptionsOf(settings), places, file, (text) =>
    output.progress(text),
  )
  const missed = await findMissed(settings, examined)
  const report = { database: label, ...examined, missed }
  output.report(writeDoctorText(report, { colors: output.colors }))
  writeFiles(settings, report, output)
  const isFaulty = examined.indexes.some(({ findings }) => findings.length > 0)
  return isFaulty || missed.length > 0 ? 1 : 0
}

function refuseNeedless({ quality }: Settings): void {
  const { search, minNdcg, minRecall, baseline, charts } = quality
  const needless = { minNdcg, minRecall, baseline, charts }
  if (search !== undefined || Object.values(needless).every((value) => value === undefined)) return
  throw new ConfigurationError(
    '--min-ndcg, --min-recall, --baseline and --charts are about searches.\nName the file that has them with --search.',
  )
}

function findVectors({ databases }: SchemaModel): readonly VectorPlace[] {
  return databases.flatMap(({ name: database, tables }) =>
    tables
      .filter(({ kind }) => kind === 'table')
      .flatMap(({ name: table, columns }) =>
        columns.flatMap(({ name: column, type }) =>
          type.vector === undefined ? [] : [{ database, table, column }],
        ),
      ),
  )
}

/** The targets that were missed; a target that nothing was measured for is one. */
async function findMissed(
  { quality }: Settings,
  examined: Examination,
): Promise<readonly string[]> {
  const { minNdcg, minRecall, baseline } = quality
  const missed: string[] = []
  if (minNdcg !== undefined) {
    const ndcg = Math.max(...(examined.evaluation?.searches ?? []).map((each) => each.ndcg), 0)
    if (examined.evaluation === undefined) {
      missed.push('--min-ndcg was given, and the file has no searches with judged queries.')
    } else if (ndcg < minNdcg) {
      missed.push(`The best nDCG is ${ndcg.toFixed(3)}, below --min-ndcg ${minNdcg}.`)
    }
  }
  if (minRecall !== undefined) {
    const [first] = examined.recall?.limits ?? []
    if (first === undefined) missed.push('--min-recall was given, and the file has no recall.')
    else if (first.recall < minRecall) {
      missed.push(
        `The recall at the probe limit ${first.probeLimit} is ${first.recall.toFixed(3)}, below --min-recall ${minRecall}.`,
      )
    }
  }
  if (baseline !== undefined) {
    const text = readIfThere(baseline)
    if (text === undefined) {
      throw new ConfigurationError(
        `There is no baseline ${baseline.shown}.\nWrite it with --json ${baseline.shown}.`,
      )
    }
    const { compareBaseline } = await import('../read/compare-baseline.js')
    missed.push(...(await compareBaseline(examined, baseline, text)))
  }
  return missed
}

function writeFiles({ quality, cwd }: Settings, report: DoctorReport, output: Output): void {
  const { json, charts } = quality
  const { recall, evaluation } = report
  const files = [
    json !== undefined && { file: json, text: writeDoctorJson(report) },
    ...(charts === undefined
      ? []
      : [
          recall !== undefined && { file: place('recall.svg'), text: drawRecall(recall) },
          evaluation !== undefined && { file: place('ndcg.svg'), text: drawNdcg(evaluation) },
        ]),
  ]
  function place(name: string): ReturnType<typeof projectFile> {
    return projectFile(cwd, join(charts?.path ?? '', name))
  }
  for (const each of files) {
    if (each === false) continue
    writeAtomically(each.file, each.text)
    output.info(`Wrote ${each.file.shown}.`)
  }
}
