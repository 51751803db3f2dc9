import { z } from 'zod'
import { agreed } from '../../ask.ts'
import { writeByHand } from '../../by-hand.ts'
import { accessKeyIdOf, decisionOptions, operatorOf } from '../../decision-options.ts'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import type { CommandContext } from '../../command-context.ts'

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
