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
    if (!yes && !(await agreed(shell, `Hold ${accessKeyId} in ${place.name}?`))) return
    await writeByHand(
      place,
      {
        accessKeyId,
        operator,
        decide: ({ hold, state }) => {
          if (hold !== undefined) {
            return { kind: 'refused', why: `${accessKeyId} is held already: ${hold.why}` }
          }
          if (state === 'resolved' || state === 'deleted') {
            return {
              kind: 'refused',
              why: `${accessKeyId} is ${state}: nothing would happen to it`,
            }
          }
          return { kind: 'fact', fact: { kind: 'held', code: 'operator', why } }
        },
      },
      shell,
    )
  })
}
