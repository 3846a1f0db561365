/** `mo-codegen --help` beside a node that does nothing. */
import { interleave, ratioOf } from './measure.js'
import { millisecondsOfNode, moCodegen } from './processes.js'
import { reportAtMost } from './report.js'

const times = await interleave(21, {
  node: () => millisecondsOfNode('-e', '0'),
  help: () => millisecondsOfNode(moCodegen, '--help'),
})
reportAtMost('mo-codegen --help / node -e 0', ratioOf(times.help, times.node), 2.5)
