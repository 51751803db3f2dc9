import { type AccessKeyId, type Entry, isoTime, permanent } from '@keynag/core'
import { type ByHand, recordByHand } from '@keynag/engine'
import type { Command } from 'commander'
import { z } from 'zod'
import { addPlaceOptions } from '../place/open-place.ts'
import type { Place } from '../place/place.ts'
import type { Shell } from '../shell/shell.ts'

/** What every decision of an operator is recorded with. */
export const decisionOptions = {
  why: z.string({ error: 'is needed: it is what others will read' }).trim().min(3).max(500),
  by: z.string().trim().min(1).max(200).optional(),
  yes: z.boolean().default(false),
} as const

export const addDecisionOptions = (command: Command): Command =>
  addPlaceOptions(command)
    .option('--why <text>', 'the reason, for those who come after')
    .option('--by <name>', 'who decided (default: whose credentials these are)')
    .option('--yes', 'do not ask')

export const operatorOf = async (by: string | undefined, place: Place): Promise<string> =>
  by ?? (await place.operator())

interface Decision {
  readonly accessKeyId: AccessKeyId
  readonly operator: string
  readonly decide: (entry: Entry) => ByHand
}

/**
 * Records what an operator decided about one key, and says what follows.
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
      throw permanent('KEYNAG_KEY_UNKNOWN', `the ledger of ${place.name} has no key ${accessKeyId}`)
    case 'refused':
      throw permanent('KEYNAG_DECISION_REFUSED', recorded.why)
    case 'recorded': {
      const { dueAt } = recorded.entry
      const next = dueAt === undefined ? 'nothing more by itself' : `next: ${isoTime(dueAt)}`
      await shell.print(`recorded for ${accessKeyId}; ${next}`)
      return
    }
    default:
      recorded satisfies never
  }
}
