/** Examines a vector column and its indexes. Reads only; what is not read in full is said in the notes. */
import type { Kysely } from 'kysely'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { integer, isObject, type OptionRule, type OptionRules } from '../../options/option-rules.js'
import { findTable } from '../../managers/names/find-table.js'
import { HandleNames } from '../../managers/names/handle-names.js'
import { sameName } from '../../managers/names/names.js'
import { executeSql, type ManagerDb, pinConnection } from '../../managers/statement/execute.js'
import { distanceFunction } from '../../managers/vector-ops/metric-functions.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { type Examined, examine, Findings } from './examination.js'
import { examineHnsw } from './examine-hnsw.js'
import { examineIvfflat } from './examine-ivfflat.js'
import { type ExaminedSearch, examineSearch } from './examine-search.js'
import { examineVectors } from './examine-vectors.js'
import type { ExaminedIndex, IndexReport } from './index-report.js'
import { probeRecall } from './probe-recall.js'

/** Options of `doctor.index`. */
export interface IndexExaminationOptions {
  /** Asks the server whether this search reads an index. */
  readonly search?: ExaminedSearch
  /** Rows that are looked at one by one at most; 200,000 unless set. */
  readonly sample?: number
}

const searchRule: OptionRule = {
  expected: 'a search or a query',
  accepts: (value) => isObject(value) && ('toOperationNode' in value || 'explain' in value),
}

const RULES: OptionRules<IndexExaminationOptions> = { search: searchRule, sample: integer(1) }

/** Examines one column; `Doctor.index` documents it. */
export async function examineIndex(
  db: ManagerDb,
  table: string,
  column: string,
  options: IndexExaminationOptions,
): Promise<IndexReport> {
  checkOptions('doctor.index', RULES, options)
  const { search, sample = 200_000 } = options
  const names = new HandleNames(db)
  const found = await findTable(db, names.table(table))
  const wanted = names.column(column)
  const model = found.table.columns.find((each) => sameName(each.name, wanted))
  const vector = model?.type.vector
  if (model === undefined || vector === undefined) {
    throw new ValueError(`${table} has no vector column ${column}.`)
  }
  const indexes = (found.table.vectorIndexes ?? []).filter((each) =>
    sameName(each.column, model.name),
  )
  const findings = new Findings()
  return pinConnection(db, async (one: Kysely<unknown>) => {
    const examined = examine(one, found, { name: model.name, ...vector }, sample)
    const vectors = await countVectors(examined)
    const hasCosine = indexes.some(({ metric }) => metric === 'cosine')
    const { isMeasurable } = await examineVectors(examined, vectors, hasCosine, findings)
    const results: ExaminedIndex[] = []
    for (const index of indexes) {
      results.push(
        Object.freeze(await examineOne(examined, index, vectors, isMeasurable, findings)),
      )
    }
    if (search !== undefined) await examineSearch(search, indexes, findings)
    return Object.freeze({
      database: found.database,
      table: found.table.name,
      column: model.name,
      dimension: vector.dimension,
      vectors,
      indexes: Object.freeze(results),
      findings: Object.freeze(findings.found),
      notes: Object.freeze(findings.notes),
    })
  })
}

async function examineOne(
  examined: Examined,
  index: VectorIndexModel,
  vectors: number,
  isMeasurable: boolean,
  findings: Findings,
): Promise<ExaminedIndex> {
  const { name, algorithm, metric } = index
  judgeDeclaration(index, findings)
  if (algorithm === 'hnsw') {
    const lag = await examineHnsw(examined, index, vectors, findings)
    return { name, algorithm, metric, statistics: undefined, lag, recall: undefined }
  }
  if (algorithm !== 'ivfflat') {
    findings.note(`${name} was not examined: it is ${algorithm}.`)
    return { name, algorithm, metric, statistics: undefined, lag: undefined, recall: undefined }
  }
  const statistics = await examineIvfflat(examined, index, findings)
  const recall = isMeasurable ? await probeRecall(examined, index, statistics, findings) : undefined
  return { name, algorithm, metric, statistics, lag: undefined, recall }
}

function judgeDeclaration(
  { name, metric, include = [] }: VectorIndexModel,
  findings: Findings,
): void {
  if (distanceFunction(metric) === undefined) {
    findings.add(
      'unused-index',
      name,
      `${name} is for the metric ${metric ?? 'of an unknown name'}, for which MatrixOne builds an index and never uses it.`,
      `Drop it, and create one for 'l2', 'cosine' or 'ip'.`,
    )
  }
  if (include.length > 0) {
    findings.add(
      'include-columns',
      name,
      `${name} has INCLUDE columns (${include.join(', ')}): searches that filter by them panic on the server from about 20,000 rows on, and give too few rows before (4.2.0).`,
      'Create it again without INCLUDE; filtered searches are exact.',
    )
  }
}

async function countVectors({ db, from, vector }: Examined): Promise<number> {
  const [row] = await executeSql<{ readonly n: number }>(
    db,
    `select count(${vector}) as n from ${from}`,
  )
  return Number(row?.n ?? 0)
}
