// Started with `node --import`: writes the URL of every module that is loaded to MODULE_LIST.
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'

// The hook below does not see what is loaded by require.
process.once('exit', () => {
  const required = Object.keys(createRequire(import.meta.url).cache)
  appendFileSync(process.env.MODULE_LIST, required.map((path) => `${path}\n`).join(''))
})

// Node 26 warns of it; registerHooks, which it names, is not in Node 20.
process.noDeprecation = true
register(
  `data:text/javascript,${encodeURIComponent(`
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      appendFileSync(process.env.MODULE_LIST, url + '\\n')
      return next(url, context)
    }
  `)}`,
)
process.noDeprecation = false
