import { type AccessKeyId, type Entry, isoTime, permanent } from '@keynag/core'
import { type ByHand, recordByHand } from '@keynag/engine'
import type { Command } from 'commander'
import { z } from 'zod'
import { addPlaceOptions } from '../place/open-place.ts'
import type { Place } from '../place/place.ts'
import type { Shell } from '../shell/shell.ts'

/** The options that keynag records with every decision of an operator. */
export const decisionOptions = {
  why: z
    .string({ error: 'is needed: other people will read it in the timeline of the key' })
    .trim()
    .min(3)
    .max(500),
  by: z.string().trim().min(1).max(200).optional(),
  yes: z.boolean().default(false),
} as const

export const addDecisionOptions = (command: Command): Command =>
  addPlaceOptions(command)
    .option('--why <text>', 'the reason; other people read it in the ledger')
    .option('--by <name>', 'who decided (default: the owner of the AWS credentials in use)')
    .option('--yes', 'do not ask for confirmation')

export const operatorOf = async (by: string | undefined, place: Place): Promise<string> =>
  by ?? (await place.operator())

interface Decision {
  readonly accessKeyId: AccessKeyId
  readonly operator: string
  readonly decide: (entry: Entry) => ByHand
}

/**
 * Records an operator's decision about one key, and prints when keynag looks at the key next.
 *
 * @throws KeynagError `KEYNAG_KEY_UNKNOWN`, `KEYNAG_DECISION_REFUSED`
 */
export async function writeByHand(
  place: Place,
  { accessKeyId, operator, decide }: Decision,
  shell: Pick<Shell, 'print'>,
): Promise<void> {
  const recorded = await recordByHand(place, accessKeyId, decide, operator)
  switch (recorded.kind) {
    case 'unknown-key':
      throw permanent(
        'KEYNAG_KEY_UNKNOWN',
        `the ledger of ${place.name} does not have the key ${accessKeyId}`,
      )
    case 'refused':
      throw permanent('KEYNAG_DECISION_REFUSED', recorded.why)
    case 'recorded': {
      const { dueAt } = recorded.entry
      const next =
        dueAt === undefined ? 'keynag does nothing more by itself' : `next: ${isoTime(dueAt)}`
      await shell.print(`recorded for ${accessKeyId}; ${next}`)
      return
    }
    default:
      recorded satisfies never
  }
}
