import { z } from 'zod'
import { withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { accessKeyIdOf, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { decisionOptions, operatorOf, writeByHand } from '../operator-decision.ts'

const PlaceHoldOptions = z.object(decisionOptions)

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN`, `KEYNAG_DECISION_REFUSED` */
export function placeHold(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { why, by, yes } = readOptions(PlaceHoldOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    const operator = await operatorOf(by, place)
    if (!yes && !(await agreed(shell, `Place a hold on ${accessKeyId} in ${place.name}?`))) return
    await writeByHand(
      place,
      {
        accessKeyId,
        operator,
        recorded: `Placed a hold on ${accessKeyId}`,
        decide: ({ hold, state }) => {
          if (hold !== undefined) {
            return { kind: 'refused', why: `${accessKeyId} is already on hold: ${hold.why}` }
          }
          if (state === 'resolved' || state === 'deleted') {
            return {
              kind: 'refused',
              why: `${accessKeyId} is ${state}, and keynag does nothing to it, so a hold has no effect`,
            }
          }
          return { kind: 'fact', fact: { kind: 'held', code: 'operator', why } }
        },
      },
      shell,
    )
  })
}
