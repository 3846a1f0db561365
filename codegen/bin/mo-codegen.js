#!/usr/bin/env node
import * as nodeModule from 'node:module'

// Compiling is half of a start; Node 22.1 and later can keep what was compiled.
nodeModule.enableCompileCache?.()
const { interrupt, run } = await import('../dist/command-line/cli.js')

// A reader that stops early (`mo-codegen --print | head`) is not an error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
})

// The second Ctrl-C ends the process at once.
// A terminal that is closed sends SIGHUP.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    void interrupt().then(() => process.kill(process.pid, signal))
  })
}

// Not process.exit(): it would cut off what a pipe has not taken yet.
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
})
