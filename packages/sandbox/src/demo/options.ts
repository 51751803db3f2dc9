import { parseArgs } from 'node:util'
import { permanent } from '@keynag/core'
import { z } from 'zod'

const count = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be ${least} or more`).max(most, `must be ${most} or less`))

const Options = z.object({
  days: count(1, 3_650),
  accounts: count(4, 1_000),
  users: count(24, 100_000),
  seed: count(0, 2 ** 31),
  policy: z.string().min(1).optional(),
  out: z.string().min(1),
  json: z.boolean(),
  help: z.boolean(),
})
export type DemoOptions = z.infer<typeof Options>

export const demoUsage = `Simulates some months of an AWS Organization with keynag at work. Nothing leaves this machine.

  npx pnpm demo [options]

  --days 120        how many days to simulate
  --accounts 12     accounts in the organization (one is suspended, one has no roles for keynag)
  --users 240       IAM users in all accounts together
  --seed 1          the same seed gives the same result
  --policy NAME     a preset (gentle-nag, email-reminder, warn-then-rotate, cis-rotation,
                    weekly-purge) or a file like keynag.config.ts; default: the demo's own policies
  --out .keynag     the folder for the ledger, the dead letters, the inbox and the summary
  --json            print the summary as JSON on the last line of standard output
  --help            print this text

Examples
  npx pnpm demo --policy cis-rotation --days 60
  npx pnpm demo --seed 7 --json | tail -1
`

/** @throws KeynagError `KEYNAG_OPTION_INVALID`, which names every invalid option. */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  const values = rawValues(argv)
  const result = Options.safeParse(values)
  if (result.success) return result.data
  const wrong = result.error.issues.map((issue) => `--${issue.path.join('.')} ${issue.message}`)
  throw permanent('KEYNAG_OPTION_INVALID', wrong.join('; '))
}

function rawValues(argv: readonly string[]): Record<string, unknown> {
  try {
    const { values } = parseArgs({
      args: [...argv].filter((argument, index) => !(index === 0 && argument === '--')),
      options: {
        days: { type: 'string', default: '120' },
        accounts: { type: 'string', default: '12' },
        users: { type: 'string', default: '240' },
        seed: { type: 'string', default: '1' },
        policy: { type: 'string' },
        out: { type: 'string', default: '.keynag' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    const sentence = error instanceof Error ? error.message.split('. ')[0] : undefined
    throw permanent('KEYNAG_OPTION_INVALID', sentence ?? 'the options cannot be read', error)
  }
}
