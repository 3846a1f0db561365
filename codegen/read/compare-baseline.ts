/** The numbers of an earlier run of the doctor beside those of this one. */
import type { EvaluatedSearch, LimitRecall } from 'kysely-matrixone'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import type { Examination } from './examine-database.js'
import { withoutMark } from '../workspace/files.js'

/** A recall may be lower by that much: other queries are chosen, and lists are made anew. */
const TOLERATED = 0.02

/** The parts of an earlier report that are compared. */
interface Earlier {
  readonly evaluation?: { readonly k: number; readonly searches: readonly EvaluatedSearch[] }
  readonly recall?: { readonly limits: readonly LimitRecall[] }
}

/**
 * Tells which searches became worse, as sentences. Searches are compared query by query, so that a difference
 * that could be chance is none.
 *
 * @throws {ConfigurationError} when the file is not one that `--json` wrote
 */
export async function compareBaseline(
  { evaluation, recall }: Examination,
  file: ProjectFile,
  text: string,
): Promise<readonly string[]> {
  const earlier = parse(file, text)
  if (evaluation !== undefined && earlier.evaluation !== undefined) {
    const { k } = earlier.evaluation
    if (k !== evaluation.k) {
      throw new ConfigurationError(
        `${file.shown} has nDCG@${k}, and this run nDCG@${evaluation.k}: they cannot be compared.\nWrite a new baseline with --json.`,
      )
    }
  }
  const { pairedBootstrap } = await import('kysely-matrixone')
  const before = earlier.evaluation?.searches ?? []
  const worse = (evaluation?.searches ?? []).flatMap(({ name, scores }) => {
    const old = new Map(
      before.find((each) => each.name === name)?.scores.map(({ id, ndcg }) => [id, ndcg]),
    )
    const both = scores.filter(({ id }) => old.has(id))
    if (both.length === 0) return []
    const { difference, isDifferent } = pairedBootstrap(
      both.map(({ id }) => old.get(id) ?? 0),
      both.map(({ ndcg }) => ndcg),
      { comparisons: Math.max(1, before.length) },
    )
    return isDifferent && difference < 0
      ? [`${name} has an nDCG that is lower by ${(-difference).toFixed(3)} than in ${file.shown}.`]
      : []
  })
  const lower = (recall?.limits ?? []).flatMap(({ probeLimit, recall: now }) => {
    const old = earlier.recall?.limits.find((each) => each.probeLimit === probeLimit)?.recall
    return old !== undefined && now < old - TOLERATED
      ? [
          `The recall at the probe limit ${probeLimit} is ${now.toFixed(3)}, and was ${old.toFixed(3)} in ${file.shown}.`,
        ]
      : []
  })
  return [...worse, ...lower]
}

function parse({ shown }: ProjectFile, text: string): Earlier {
  try {
    const value: unknown = JSON.parse(withoutMark(text))
    if (isEarlier(value)) return value
  } catch (cause) {
    throw new ConfigurationError(`${shown} is not JSON.\nWrite a baseline with --json ${shown}.`, {
      cause,
    })
  }
  throw new ConfigurationError(
    `${shown} is not a report of mo-codegen doctor.\nWrite a baseline with --json ${shown}.`,
  )
}

function isEarlier(value: unknown): value is Earlier {
  return (
    typeof value === 'object' &&
    value !== null &&
    'formatVersion' in value &&
    value.formatVersion === 1
  )
}
