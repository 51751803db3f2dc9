import { isoTime } from '@keynag/core'
import { withIsoTimes } from '../../output/format.ts'
import { withLedger } from '../../place/open-place.ts'
import type { CommandContext } from '../../shell/shell.ts'
import type { ShowOptions } from './options.ts'
import { scopeIn } from './scope.ts'

export function showFreezes(
  { ended: withEnded, json }: ShowOptions,
  raw: unknown,
  context: CommandContext,
): Promise<void> {
  const { shell } = context
  return withLedger(raw, context, async (place) => {
    const { ledger, name } = place
    const freezes = await ledger.freezes()
    const over = withEnded || json ? await ledger.endedFreezes() : []
    if (json) {
      const report = {
        place: name,
        freezes: freezes.map(withIsoTimes),
        ended: over.map(withIsoTimes),
      }
      await shell.print(JSON.stringify(report))
      return
    }
    const on = freezes.map(
      ({ scope, since, by, why }) =>
        `${scopeIn(place, scope)} is frozen since ${isoTime(since)} by ${by}: ${why}`,
    )
    const past = over.map(
      ({ scope, since, by, why, ended }) =>
        `${scopeIn(place, scope)} was frozen from ${isoTime(since)} by ${by} (${why}) to ${isoTime(ended.at)} by ${ended.by} (${ended.why})`,
    )
    await shell.print([...past, ...(on.length === 0 ? [`${name} is not frozen`] : on)].join('\n'))
  })
}
