// Started with `node --import`: writes the URL of every module that is loaded to MODULE_LIST.
import { register } from 'node:module'

register(
  `data:text/javascript,${encodeURIComponent(`
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      appendFileSync(process.env.MODULE_LIST, url + '\\n')
      return next(url, context)
    }
  `)}`,
)
