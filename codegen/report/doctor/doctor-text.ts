/** The report of `mo-codegen doctor` as tables for a terminal. */
import picocolors from 'picocolors'
import type { Evaluation, EvaluatedGrid, IndexReport, RecallReport } from 'kysely-matrixone'
import { printable } from '../printable.js'
import type { DoctorReport } from './doctor-report.js'

/** Best points of a grid that are shown. */
const SHOWN = 5

/** Writes the report as text. */
export function writeDoctorText(
  { database, indexes, evaluation, recall, missed }: DoctorReport,
  { colors }: { readonly colors: boolean },
): string {
  const paint = picocolors.createColors(colors)
  const findings = indexes.reduce((sum, report) => sum + report.findings.length, 0)
  const parts = [
    ...indexes.map((report) => writeIndex(report, paint)),
    ...(recall === undefined ? [] : [writeRecall(recall, paint)]),
    ...(evaluation === undefined ? [] : [writeEvaluation(evaluation, paint)]),
    [
      ...missed.map((sentence) => paint.red(printable(sentence))),
      `${countOf(findings, 'finding')} in ${countOf(indexes.length, 'vector column')} of ${printable(database)}.`,
    ].join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

type Paint = ReturnType<typeof picocolors.createColors>

function writeIndex(report: IndexReport, paint: Paint): string {
  const { table, column, vectors, indexes, findings, notes } = report
  const heading = `${table}.${column}: ${countOf(vectors, 'vector')} of ${report.dimension} elements`
  const rows = indexes.map(({ name, algorithm, metric, statistics, lag, recall }) => [
    name,
    algorithm,
    metric ?? '',
    statistics === undefined ? '' : `${statistics.usedLists} of ${statistics.lists} lists`,
    statistics === undefined ? '' : `largest ${statistics.largestList}`,
    lag === undefined ? '' : `followed ${lag.behind} s ago`,
    recall === undefined ? '' : `recall ${decimals(recall.recall)} at limit ${recall.probeLimit}`,
  ])
  return [
    paint.bold(printable(heading)),
    ...writeTable(rows),
    ...findings.flatMap(({ code, message, advice }) => [
      `  ${paint.red(code)}  ${printable(message)}`,
      `      ${printable(advice)}`,
    ]),
    ...(findings.length === 0 ? [`  ${paint.green('nothing found')}`] : []),
    ...writeNotes(notes, paint),
  ].join('\n')
}

function writeRecall({ queries, exact, limits, notes }: RecallReport, paint: Paint): string {
  const rows = limits.map(({ probeLimit, recall, worst, latency }) => [
    String(probeLimit),
    decimals(recall),
    decimals(worst),
    quartiles(latency),
  ])
  return [
    paint.bold(`Recall of ${countOf(queries, 'query')}`),
    ...writeTable([
      ['probe limit', 'recall', 'worst', 'ms (quartiles)'],
      ...rows,
      ['exact', '1.000', '1.000', quartiles(exact)],
    ]),
    ...writeNotes(notes, paint),
  ].join('\n')
}

function writeEvaluation(evaluation: Evaluation, paint: Paint): string {
  const { k, queries, baseline, searches, grids, notes } = evaluation
  const rows = searches.map(({ name, ndcg, mrr, recall, latency, compared }) => [
    name,
    decimals(ndcg),
    decimals(mrr),
    decimals(recall),
    quartiles(latency),
    compared === undefined
      ? ''
      : compared.isDifferent
        ? `${signed(compared.difference)} (${signed(compared.low)} to ${signed(compared.high)})`
        : `${signed(compared.difference)}, perhaps by chance`,
  ])
  return [
    paint.bold(`Searches over ${countOf(queries, 'judged query')}`),
    ...writeTable([
      ['', `nDCG@${k}`, 'MRR', `recall@${k}`, 'ms (quartiles)', `nDCG beside ${baseline}`],
      ...rows,
    ]),
    ...grids.flatMap((grid) => ['', ...writeGrid(grid, paint)]),
    ...writeNotes(notes, paint),
  ].join('\n')
}

function writeGrid({ name, points, gain }: EvaluatedGrid, paint: Paint): readonly string[] {
  const rows = points.slice(0, SHOWN).map(({ k, window, weights, ndcg }) => [
    k === undefined ? '' : `k ${k}`,
    `window ${window}`,
    Object.entries(weights)
      .map(([leg, weight]) => `${leg} ${weight}`)
      .join(', '),
    decimals(ndcg),
  ])
  return [
    paint.bold(printable(`Settings of ${name}: the best of ${points.length}`)),
    ...writeTable(rows),
    gain.isDifferent
      ? `  Choosing among them gains ${signed(gain.difference)} on queries that had no part in the choice.`
      : `  Choosing among them gains nothing that could not be chance (${signed(gain.difference)}).`,
  ]
}

function writeNotes(notes: readonly string[], paint: Paint): readonly string[] {
  return notes.map((note) => `  ${paint.dim(`note: ${printable(note)}`)}`)
}

/** Columns that stand below each other. */
function writeTable(rows: readonly (readonly string[])[]): readonly string[] {
  const shown = rows.map((row) => row.map((cell) => printable(cell)))
  const widths = (shown[0] ?? []).map((_, at) =>
    Math.max(...shown.map((row) => row[at]?.length ?? 0)),
  )
  return shown.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
}

function quartiles({ lowerQuartile, median, upperQuartile }: RecallReport['exact']): string {
  return `${median.toFixed(1)} (${lowerQuartile.toFixed(1)} to ${upperQuartile.toFixed(1)})`
}

function decimals(value: number): string {
  return value.toFixed(3)
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
}

function countOf(count: number, word: string): string {
  const plural = word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
  return `${count.toLocaleString('en-US')} ${count === 1 ? word : plural}`
}
