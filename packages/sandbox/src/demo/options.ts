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

interface DemoOption {
  readonly name: keyof DemoOptions
  /** The default. */
  readonly value?: string
  /** Stands for the value in the usage, where there is no default. */
  readonly placeholder?: string
  /** As lines of the usage. */
  readonly meaning: readonly string[]
}

/** For the usage and for README.md. */
export const demoOptions: readonly DemoOption[] = [
  { name: 'days', value: '120', meaning: ['how many days to simulate'] },
  {
    name: 'accounts',
    value: '12',
    meaning: ['accounts in the organization (one is suspended, one has no roles for keynag)'],
  },
  { name: 'users', value: '240', meaning: ['IAM users in all accounts together'] },
  { name: 'seed', value: '1', meaning: ['the same seed gives the same result'] },
  {
    name: 'policy',
    placeholder: 'NAME',
    meaning: [
      'a preset (gentle-nag, email-reminder, warn-then-rotate, cis-rotation,',
      'weekly-purge), armed after a dry week, or a file like keynag.config.ts,',
      "used in its own modes; default: the demo's own policies",
    ],
  },
  {
    name: 'out',
    value: '.keynag',
    meaning: ['the folder for the ledger, the dead letters, the inbox and the summary'],
  },
  { name: 'json', meaning: ['print the summary as JSON on the last line of standard output'] },
  { name: 'help', meaning: ['print this text'] },
]

const usageWidth = 18
const usageOf = ({ name, value, placeholder, meaning }: DemoOption): string => {
  const option = [`--${name}`, value ?? placeholder ?? ''].join(' ').padEnd(usageWidth)
  return `  ${option}${meaning.join(`\n  ${' '.repeat(usageWidth)}`)}`
}

export const demoUsage = `Simulates some months of an AWS Organization with keynag at work. Nothing leaves this machine.

  npx pnpm demo [options]

${demoOptions.map(usageOf).join('\n')}

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

/** An option of `parseArgs`, with the default that the usage names. */
function valued(name: DemoOption['name']) {
  const value = demoOptions.find((option) => option.name === name)?.value
  return { type: 'string', ...(value === undefined ? {} : { default: value }) } as const
}

function rawValues(argv: readonly string[]): Record<string, unknown> {
  try {
    const { values } = parseArgs({
      args: [...argv].filter((argument, index) => !(index === 0 && argument === '--')),
      options: {
        days: valued('days'),
        accounts: valued('accounts'),
        users: valued('users'),
        seed: valued('seed'),
        policy: valued('policy'),
        out: valued('out'),
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
