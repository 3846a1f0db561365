import type { Settings } from '../config/settings.js'
import { CodegenError } from '../errors.js'
import { printable } from '../report/printable.js'

/** Does the work of one target; an error of one of several names it. */
export async function withinTarget<T>(
  { target }: Pick<Settings, 'target'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CodegenError && target !== undefined) {
      error.message = `Target ${printable(target)}: ${error.message}`
    }
    throw error
  }
}
