#!/usr/bin/env node
const nodeModule = require('node:module')

// Compiling is half of a start; Node 22.1 and later can keep what was compiled.
nodeModule.enableCompileCache?.()
const { interrupt, run } = require('../dist/command-line/cli.cjs')

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

// A run that never comes to its end must not look like a success.
process.exitCode = 4
void run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
}).then((code) => {
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = code
})
