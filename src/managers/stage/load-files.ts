import { ValueError } from '../../errors.js'
import { isObject } from '../../options/option-rules.js'
import { LoadDataManager } from '../load-data/load-data-manager.js'
import type { LoadResult } from '../load-data/load-types.js'
import { type ManagerDb, runInTransaction } from '../statement/execute.js'
import { type StageFile, stageUrl } from './stage-path.js'
import type { LoadFilesOptions } from './stage-types.js'

type Loader = (
  load: LoadDataManager<unknown>,
  table: string,
  source: StageFile,
  options: LoadFilesOptions,
) => Promise<LoadResult>

const jsonLines: Loader = (load, table, source, { keys }) =>
  load.jsonLines(table, source, keys === undefined ? {} : { keys })

const LOADERS: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['.csv', (load, table, source, options) => load.csv(table, source, options)],
  [
    '.tsv',
    (load, table, source, options) => load.csv(table, source, { ...options, separator: '\t' }),
  ],
  ['.jsonl', jsonLines],
  ['.jsonline', jsonLines],
  ['.ndjson', jsonLines],
  ['.json', jsonLines],
  [
    '.parquet',
    (load, table, source, { keys }) =>
      load.parquet(table, source, keys === undefined ? {} : { keys }),
  ],
])

/** Loads each file into its table, all in one transaction. */
export async function loadFiles(
  db: ManagerDb,
  stage: string,
  files: Readonly<Record<string, string>>,
  options: LoadFilesOptions,
): Promise<Readonly<Record<string, LoadResult>>> {
  if (!isObject(files)) {
    throw new ValueError('stage.loadFiles needs an object with the table of each file.')
  }
  const plans = Object.entries(files).map(([file, table]) => {
    const source = { stage, file }
    stageUrl(source)
    return { file, table, source, load: loaderOf(file) }
  })
  return runInTransaction(db, async (trx) => {
    const manager = new LoadDataManager<unknown>(trx)
    const results: [string, LoadResult][] = []
    for (const { file, table, source, load } of plans) {
      results.push([file, await load(manager, table, source, options)])
    }
    return Object.freeze(Object.fromEntries(results))
  })
}

function loaderOf(file: string): Loader {
  const loader = LOADERS.get(/\.[^./]*$/.exec(file)?.[0].toLowerCase() ?? '')
  if (loader !== undefined) return loader
  throw new ValueError(
    `The suffix of ${JSON.stringify(file)} does not say how to load it; known are ${[...LOADERS.keys()].join(', ')}. ` +
      'Load it with db.loadData.csv, jsonLines or parquet.',
  )
}
