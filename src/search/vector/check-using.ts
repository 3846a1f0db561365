import { ValueError } from '../../errors.js'
import type { SearchUsing } from './vector-state.js'

const PATHS: readonly unknown[] = ['auto', 'exact', 'index'] satisfies SearchUsing[]

/** @throws {ValueError} for a path that `using` does not take */
export function checkUsing(using: SearchUsing): SearchUsing {
  if (PATHS.includes(using)) return using
  throw new ValueError(`using() takes 'auto', 'exact' or 'index', got ${JSON.stringify(using)}.`)
}
