#!/usr/bin/env node
const nodeModule = require('node:module')

// Compiling is half of a start; Node 22.1 and later can keep what was compiled.
nodeModule.enableCompileCache?.()
const { interrupt, run } = require('../dist/command-line/cli.cjs')

/** Whether the command is at work, and whether a signal has asked it to end. */
let isRunning = true
let isInterrupted = false

// Not drift, as Node's exit code 1 would say: an error that no code awaits, as of a timer of the configuration.
process.on('uncaughtExceptionMonitor', (error) => {
  // Those of migrations have a listener.
  if (process.listenerCount('uncaughtException') > 0) return
  console.error(error)
  end(4)
})

// Neither drift nor none: `process.exit(1)` where a configuration misses a variable, or a run that never comes to its end.
process.on('exit', () => {
  if (!isRunning) return
  console.error('mo-codegen: The process ended before the command was done.')
  process.exitCode = 4
})

process.stdout.on('error', (error) => {
  // A reader that stops early (`mo-codegen --print | head`) is not an error.
  if (error.code === 'EPIPE') return
  console.error(`mo-codegen: stdout cannot be written (${error.code}).`)
  end(2)
})
// There is no place left to tell of it.
process.stderr.on('error', () => undefined)

// The second Ctrl-C ends the process at once.
// A terminal that is closed sends SIGHUP.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    isInterrupted = true
    void interrupt().then(() => process.kill(process.pid, signal))
  })
}

void run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
}).then((code) => {
  isRunning = false
  process.exitCode = code
  // A pool that a configuration has opened would keep the process. First everything that was written goes out.
  process.stdout.write('', () => process.stderr.write('', () => setImmediate(leave)))
})

function leave() {
  // A signal ends it, when everything is undone.
  if (!isInterrupted) process.exit()
}

function end(code) {
  isRunning = false
  process.exit(code)
}
