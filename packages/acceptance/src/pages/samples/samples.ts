import type { Block } from '../blocks.ts'
import type { Part } from './excerpt.ts'

export interface Sample {
  /** What the command is run on. */
  readonly on: 'the demo itself' | 'what the demo left' | 'a local stage'
  /** Default 0. */
  readonly exitCode?: number
  /** Default: all of the output. */
  readonly parts?: readonly Part[]
}

/** The commands whose output stands in pages. `KEY` stands for any access key ID. */
export const samples: Readonly<Record<string, Sample>> = {
  'npx pnpm demo': { on: 'the demo itself' },
  'npx pnpm keynag audit --sandbox --org': {
    on: 'what the demo left',
    exitCode: 2,
    parts: [{ from: 0, lines: 3 }, { from: -8 }],
  },
  // Without those that are younger than the demo's end: SQS's own times are the machine's.
  'npx pnpm keynag dlq list --sandbox --older-than 1d': { on: 'what the demo left' },
  'npx pnpm keynag dlq replay --sandbox --dry-run --json': { on: 'what the demo left' },
  'npx pnpm keynag ledger list --sandbox --held still-in-use --limit 5': {
    on: 'what the demo left',
  },
  'npx pnpm keynag ledger show KEY --sandbox': {
    on: 'what the demo left',
    parts: [
      { from: 0, lines: 20 },
      { from: 'deactivated the key', lines: 3 },
      { from: 'deleted the key', lines: 3 },
    ],
  },
  'npx pnpm keynag doctor --sandbox': {
    on: 'what the demo left',
    exitCode: 2,
    parts: [
      { from: 0, lines: 3 },
      { from: '(payments)', lines: 1 },
      { from: 'reactivated', lines: 1 },
      { from: 'dead-letters-waiting: ' },
    ],
  },
  'npx pnpm keynag setup --stage local --yes': {
    on: 'a local stage',
    parts: [{ from: 0, lines: 5 }],
  },
  'npx pnpm keynag worker --stage local --health-port 8080': { on: 'a local stage' },
}

/** The markers of blocks that hold a sample. */
export const sampleMarkers = ['demo-output', 'sample'] as const

/** The command of a block, as its marker names it. */
export const commandOf = ({ opening }: Pick<Block, 'opening'>): string =>
  opening === 'demo-output' ? 'npx pnpm demo' : opening.replace(/^sample: /, '')

/** @throws when no sample is known for the command. */
export function sampleOf(command: string): Sample {
  const name = command.replace(/\bAKIA[A-Z0-9]{16}\b/, 'KEY')
  const sample = Object.hasOwn(samples, name) ? samples[name] : undefined
  if (sample === undefined) throw new Error(`no sample is known for "${command}"`)
  return sample
}
