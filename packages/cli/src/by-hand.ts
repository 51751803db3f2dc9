import { isoTime, permanent, type AccessKeyId, type Entry } from '@keynag/core'
import { recordByHand, type ByHand } from '@keynag/engine'
import type { Place } from './place.ts'
import type { Shell } from './shell.ts'

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
