import { executeSql } from '../../managers/statement/execute.js'
import { count, type Examined, type Findings, showKeys } from './examination.js'

/** A comparison with NaN is false, so NaN is found by what it is not. */
const isNotFinite = (norm: string): string => `not (${norm} <= 1e38)`

interface Counted {
  readonly looked: number
  readonly short: number
  readonly odd: number
  readonly zero: number
}

/**
 * Looks at the vectors of a column.
 *
 * ```sql
 * select count(case when vector_dims(v) <> 768 then 1 end) as short, … from
 *   (select `embedding` as v from `articles` where `embedding` is not null limit 200000) s
 * ```
 */
export async function examineVectors(
  examined: Examined,
  vectors: number,
  hasCosine: boolean,
  findings: Findings,
): Promise<{ readonly isMeasurable: boolean }> {
  const { db, from, vector, norm, dimension, sample } = examined
  const isOther = `vector_dims(v) <> ${dimension}`
  const [row] = await executeSql<Counted>(
    db,
    `select count(*) as looked, count(case when ${isOther} then 1 end) as short, ` +
      `count(case when ${isNotFinite(norm('v'))} then 1 end) as odd, ` +
      `count(case when ${norm('v')} = 0 then 1 end) as zero ` +
      `from (select ${vector} as v from ${from} where ${vector} is not null limit ${sample}) s`,
  )
  const { looked = 0, short = 0, odd = 0, zero = 0 } = numbersOf(row)
  if (looked < vectors) {
    findings.note(
      `Of ${count(vectors, 'vector')} the first ${looked.toLocaleString('en-US')} were looked at; raise \`sample\` to look at more.`,
    )
  }
  if (short > 0) {
    const examples = await findKeys(examined, `vector_dims(${vector}) <> ${dimension}`)
    findings.add(
      'wrong-dimension',
      undefined,
      `${count(short, 'vector')} of ${examined.column}${showKeys(examples)} ${short === 1 ? 'has' : 'have'} another dimension than ${dimension}: MatrixOne stores such a vector from vecf32_from_base64 ` +
        'without a check, and then every exact search fails, no index can be built, and an HNSW index stops following the table.',
      `Find them by \`where vector_dims(${vector}) <> ${dimension}\`, and write them again or set them to null.`,
      { count: short, examples },
    )
  }
  if (odd > 0) {
    const examples = await findKeys(examined, isNotFinite(norm(vector)))
    findings.add(
      'not-finite',
      undefined,
      `${count(odd, 'vector')} of ${examined.column}${showKeys(examples)} ${odd === 1 ? 'holds' : 'hold'} NaN or an infinity: distances to them mean nothing, and they can stand before the nearest rows.`,
      'Compute them again, or set them to null.',
      { count: odd, examples },
    )
  }
  if (zero > 0 && hasCosine) {
    const examples = await findKeys(examined, `${norm(vector)} = 0`)
    findings.add(
      'zero-vectors',
      undefined,
      `${count(zero, 'vector')} of ${examined.column}${showKeys(examples)} ${zero === 1 ? 'has' : 'have'} only zeros: without a direction the cosine distance is 1 to everything.`,
      'Set them to null, so that searches leave them out.',
      { count: zero, examples },
    )
  }
  return { isMeasurable: short === 0 && odd === 0 }
}

/** Keys of three rows of the sample. */
async function findKeys(
  { db, from, vector, keyColumn, sample }: Examined,
  condition: string,
): Promise<readonly unknown[]> {
  if (keyColumn === undefined) return []
  const rows = await executeSql<{ readonly found: unknown }>(
    db,
    `select found from (select ${keyColumn} as found, ${vector} from ${from} where ${vector} is not null limit ${sample}) s ` +
      `where ${condition} limit 3`,
  )
  return rows.map(({ found }) => found)
}

function numbersOf(row: Counted | undefined): Partial<Counted> {
  return row === undefined
    ? {}
    : {
        looked: Number(row.looked),
        short: Number(row.short),
        odd: Number(row.odd),
        zero: Number(row.zero),
      }
}
