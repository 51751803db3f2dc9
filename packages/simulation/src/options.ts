import { parseArgs } from 'node:util'
import { permanent } from '@keynag/core'
import { z } from 'zod'

const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)

const Options = z.object({
  runs: whole,
  seed: whole,
  crash: z.enum(['single', 'pairs', 'random']),
  replay: whole.optional(),
  mutants: z.boolean(),
  only: z.string().optional(),
  json: z.boolean(),
  help: z.boolean(),
})
export type SimulateOptions = z.infer<typeof Options>

export const simulateUsage = `Plays keynag's functions over models of AWS in memory, with crashes, faults and people.

  npx pnpm simulate [options]

  --runs 2000       how many seeds to play (0 with --crash single or pairs)
  --seed 1          the first seed
  --crash random    random: by the seeds alone
                    single: also every port call of the reference story, crashed before, crashed
                    after, and with its answer lost
                    pairs: also all pairs of these
  --replay SEED     plays one seed, and prints the fewest faults that still break it
  --mutants         applies each mutant alone to a copy of the sources, and expects the simulation
                    to fail; a mutant is a change that removes one guard from the code
  --only TEXT       with --mutants: only the mutants whose name contains TEXT
  --json            the last line on standard output is the result as JSON
  --help            this text

The stories for single guards and rules are always played. It fails when an invariant of
docs/rotation.md is broken, or when a transition of a key's life or a rule of recovery never came up.
`

/** @throws KeynagError `KEYNAG_OPTION_INVALID` with the option that is wrong. */
export function parseSimulateOptions(argv: readonly string[]): SimulateOptions {
  const result = Options.safeParse(rawValues(argv))
  if (result.success) return result.data
  const wrong = result.error.issues.map((issue) => `--${issue.path.join('.')} ${issue.message}`)
  throw permanent('KEYNAG_OPTION_INVALID', wrong.join('; '))
}

function rawValues(argv: readonly string[]): Record<string, unknown> {
  try {
    const { values } = parseArgs({
      args: [...argv].filter((argument, index) => !(index === 0 && argument === '--')),
      options: {
        runs: { type: 'string' },
        seed: { type: 'string', default: '1' },
        crash: { type: 'string', default: 'random' },
        replay: { type: 'string' },
        mutants: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return { ...values, runs: values.runs ?? (values.crash === 'random' ? '2000' : '0') }
  } catch (error) {
    const sentence = error instanceof Error ? error.message.split('. ')[0] : undefined
    throw permanent('KEYNAG_OPTION_INVALID', sentence ?? 'the options cannot be read', error)
  }
}
