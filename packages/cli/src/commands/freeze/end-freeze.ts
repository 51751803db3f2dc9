import { freezeScopeText, isoTime } from '@keynag/core'
import { endFreeze, freezeOf } from '@keynag/engine'
import { withIsoTimes } from '../../output/format.ts'
import { withLedger } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import type { CommandContext } from '../../shell/shell.ts'
import type { FreezeOptions } from './options.ts'
import { scopeIn, scopeOf } from './scope.ts'

export function endTheFreeze(
  options: FreezeOptions,
  raw: unknown,
  context: CommandContext,
): Promise<void> {
  const { shell } = context
  const { why, by = shell.userName, yes, json } = options
  const scope = scopeOf(options)
  return withLedger(raw, context, async (place) => {
    const what = scopeIn(place, scope)
    const freeze = await freezeOf(place.ledger, scope)
    if (freeze !== undefined && !yes) {
      const question = `End the freeze of ${what}, started at ${isoTime(freeze.since)} by ${freeze.by} (${freeze.why})?`
      if (!(await agreed(shell, question))) return
    }
    const ended = await endFreeze(place, scope, { by, why })
    const others = await place.ledger.freezes()
    if (json) {
      const over = ended.kind === 'ended' ? { freeze: withIsoTimes(ended.freeze) } : {}
      const report = {
        place: place.name,
        result: ended.kind,
        ...over,
        stillOn: others.map(withIsoTimes),
      }
      await shell.print(JSON.stringify(report))
      return
    }
    await shell.print(
      ended.kind === 'ended'
        ? `${what} is no longer frozen: the next sweep does what is due`
        : `${what} is not frozen`,
    )
    if (others.length === 0) return
    const names = others.map((other) => freezeScopeText(other.scope))
    shell.remark(`Still frozen in ${place.name}: ${names.join(', ')}.`)
  })
}
