import { parseArgs } from 'node:util'
import { KeynagError, permanent } from '@keynag/core'
import { invariantTitle } from '@keynag/core/invariants'
import { z } from 'zod'
import { progressBar } from '@keynag/sandbox/demo/progress'
import { killTest, type KillTestReport } from './kill-test.ts'

const usage = `Kills keynag's functions with SIGKILL at random points while they call a simulated AWS over HTTP,
and then checks the invariants.

  npx pnpm kill-test [options]

  --kills 200   how many processes to kill
  --seed 1      the seed for the points; the machine's timing also affects them
  --json        print the report as JSON on the last line of standard output
  --help        print this text
`

const count = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)
const Options = z.object({ kills: count, seed: count, json: z.boolean(), help: z.boolean() })

/** @throws KeynagError `KEYNAG_OPTION_INVALID` */
function optionsOf(argv: readonly string[]): z.infer<typeof Options> {
  try {
    const { values } = parseArgs({
      args: argv.filter((argument, index) => !(index === 0 && argument === '--')),
      options: {
        kills: { type: 'string', default: '200' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return Options.parse(values)
  } catch (error) {
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      'kill-test accepts only --kills, --seed, --json and --help',
      error,
    )
  }
}

function tableOf({
  kills,
  days,
  calls,
  keys,
  rotations,
  deadLetters,
  violations,
  seconds,
}: KillTestReport): string {
  return [
    `  processes killed      ${kills}  in ${days} simulated days with ${calls} calls, in ${seconds} seconds`,
    `  stale keys            ${keys}`,
    `  rotations opened      ${rotations.opened}`,
    `  replacements issued   ${rotations.issued}`,
    `  old keys deleted      ${rotations.deleted}`,
    `  held for an operator  ${rotations.held}`,
    `  dead letters          ${deadLetters}`,
    `  invariants violated   ${violations.length}`,
    ...violations.map(({ invariant, sentence }) => `    ${invariantTitle(invariant)}: ${sentence}`),
  ].join('\n')
}

async function main(argv: readonly string[]): Promise<number> {
  const { kills, seed, json, help } = optionsOf(argv)
  if (help) {
    process.stdout.write(usage)
    return 0
  }
  const onKill = progressBar(kills, process.stderr)
  const report = await killTest({ kills, seed, onKill })
  process.stdout.write(`${tableOf(report)}\n`)
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
  return report.violations.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof KeynagError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`)
  process.exitCode = 2
}
