import { parseArgs } from 'node:util'
import { permanent } from '@keynag/core'
import { z } from 'zod'

const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)

const Options = z
  .object({
    runs: whole,
    /** `commit`: from the commit that is checked out. */
    seed: z.union([z.literal('commit'), whole]),
    crash: z.enum(['single', 'pairs', 'random']),
    replay: whole.optional(),
    mutants: z.boolean(),
    only: z.string().optional(),
    json: z.boolean(),
    help: z.boolean(),
  })
  .refine(({ mutants, only }) => mutants || only === undefined, {
    path: ['only'],
    message: 'needs --mutants',
  })
export type SimulateOptions = z.infer<typeof Options>

export const simulateUsage = `Runs keynag's functions against models of AWS in memory, with crashes, faults and people who
interfere, and checks the invariants of docs/rotation.md. See docs/simulation.md.

  npx pnpm simulate [options]

  --runs 2000       how many seeds to play (0 with --crash single or pairs)
  --seed 1          the first seed; \`commit\`: derived from the commit that is checked out, so that
                    each commit plays seeds of its own
  --crash random    random: faults come from the seeds only
                    single: also one fault at each port call of the reference scenario: a crash
                    before it, a crash after it, or a lost answer
                    pairs: also all pairs of such faults
  --replay SEED     plays one seed and prints its faults; after a violation, only those that the
                    violation needs
  --mutants         applies each mutant alone to a copy of the sources, and expects the simulation
                    to fail; a mutant is a change that removes one guard from the code
  --only TEXT       with --mutants: only the mutants whose name contains TEXT
  --json            the last line on standard output is the result as JSON
  --help            this text

Every run also plays the stories. The command fails if an invariant is broken, or if a transition of
a key's life or a rule of recovery never happens.
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
