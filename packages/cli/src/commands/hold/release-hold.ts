import { decideRelease } from '@keynag/engine'
import { z } from 'zod'
import { withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { accessKeyIdOf, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { decisionOptions, operatorOf, writeByHand } from '../operator-decision.ts'

const ReleaseOptions = z.object(decisionOptions)

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN`, `KEYNAG_DECISION_REFUSED` */
export function releaseHold(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { why, by, yes } = readOptions(ReleaseOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    const operator = await operatorOf(by, place)
    const hold = (await place.ledger.entry(accessKeyId))?.hold
    const question = `Release the hold on ${accessKeyId} in ${place.name}${hold === undefined ? '' : ` (reason: ${hold.why})`}?`
    if (!yes && !(await agreed(shell, question))) return
    await writeByHand(
      place,
      {
        accessKeyId,
        operator,
        recorded: `Released the hold on ${accessKeyId}`,
        decide: decideRelease({ by: operator, why }),
      },
      shell,
    )
  })
}
