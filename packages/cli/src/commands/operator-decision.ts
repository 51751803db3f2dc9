import { type AccessKeyId, type Entry, type EpochMs, permanent } from '@keynag/core'
import { type ByHand, recordByHand } from '@keynag/engine'
import type { Command } from 'commander'
import { z } from 'zod'
import { dayOf, minuteOf } from '../output/format.ts'
import { addPlaceOptions } from '../place/open-place.ts'
import { unknownKey } from '../shell/options.ts'
import type { Place } from '../place/place.ts'
import type { Shell } from '../shell/shell.ts'

const whyLength = 'must have 3 to 500 characters'

/** The options that keynag records with every decision of an operator. */
export const decisionOptions = {
  why: z
    .string({ error: 'is needed: other people will read it in the timeline of the key' })
    .trim()
    .min(3, whyLength)
    .max(500, whyLength),
  by: z.string().trim().min(1).max(200).optional(),
  yes: z.boolean().default(false),
} as const

export const addDecisionOptions = (command: Command): Command =>
  addPlaceOptions(command)
    .option('--why <text>', 'the reason, 3 to 500 characters; other people read it in the ledger')
    .option('--by <name>', 'who decided (default: the owner of the AWS credentials in use)')
    .option('--yes', 'do not ask for confirmation')

export const operatorOf = async (by: string | undefined, place: Place): Promise<string> =>
  by ?? (await place.operator())

interface Decision {
  readonly accessKeyId: AccessKeyId
  readonly operator: string
  readonly decide: (entry: Entry) => ByHand
  /** What was recorded, in words. */
  readonly recorded: string
}

/**
 * Records an operator's decision about one key. Prints what was recorded, what still stops keynag, and
 * when keynag looks at the key next.
 *
 * @throws KeynagError `KEYNAG_KEY_UNKNOWN`, `KEYNAG_DECISION_REFUSED`
 */
export async function writeByHand(
  place: Place,
  { accessKeyId, operator, decide, recorded: sentence }: Decision,
  shell: Pick<Shell, 'print'>,
): Promise<void> {
  const recorded = await recordByHand(place, accessKeyId, decide, operator)
  switch (recorded.kind) {
    case 'unknown-key':
      throw unknownKey(place.name, accessKeyId)
    case 'refused':
      throw permanent('KEYNAG_DECISION_REFUSED', recorded.why)
    case 'recorded':
      await shell.print(`${sentence}. ${nextInWords(recorded.entry, place.clock.now())}`)
      return
    default:
      recorded satisfies never
  }
}

/** What keynag does with the key from now on. */
function nextInWords({ hold, exemption, dueAt }: Entry, now: EpochMs): string {
  if (hold !== undefined) {
    return `The key is on hold (${hold.code}: ${hold.why}): keynag does nothing to it until somebody releases the hold.`
  }
  const exempt =
    exemption !== undefined && exemption.until > now
      ? `The key is exempt until ${dayOf(exemption.until)}. `
      : ''
  if (dueAt === undefined) return `${exempt}keynag does nothing more to the key by itself.`
  return dueAt <= now
    ? `${exempt}keynag looks at the key at the next sweep.`
    : `${exempt}keynag looks at the key next on ${minuteOf(dueAt)} UTC.`
}
