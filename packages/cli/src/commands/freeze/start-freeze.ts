import { isoTime } from '@keynag/core'
import { startFreeze } from '@keynag/engine'
import { withIsoTimes } from '../../output/format.ts'
import { withLedger } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import type { CommandContext } from '../../shell/shell.ts'
import type { FreezeOptions } from './options.ts'
import { refuseUnknown, scopeIn, scopeOf } from './scope.ts'

/** @throws KeynagError `KEYNAG_OPTION_INVALID` for an account or a policy that keynag does not know */
export function startTheFreeze(
  options: FreezeOptions,
  raw: unknown,
  context: CommandContext,
): Promise<void> {
  const { shell } = context
  const { why, by = shell.userName, yes, json } = options
  const scope = scopeOf(options)
  return withLedger(raw, context, async (place) => {
    await refuseUnknown(place.ledger, scope, shell)
    const what = scopeIn(place, scope)
    if (!yes && !(await agreed(shell, `Stop every change to every key of ${what}?`))) return
    const started = await startFreeze(place, scope, { by, why })
    const { freeze, kind } = started
    if (json) {
      await shell.print(
        JSON.stringify({ place: place.name, result: kind, freeze: withIsoTimes(freeze) }),
      )
      return
    }
    await shell.print(
      kind === 'started'
        ? `${what} is frozen: keynag starts no change to any key`
        : `${what} is frozen already, since ${isoTime(freeze.since)} by ${freeze.by}: ${freeze.why}`,
    )
  })
}
