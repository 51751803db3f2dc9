import { randomUUID } from 'node:crypto'
import { permanent } from '@keynag/core'
import { rollBack } from '@keynag/engine'
import type { Command } from 'commander'
import { z } from 'zod'
import { withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { accessKeyIdOf, readOptions, unknownKey } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions, decisionOptions, operatorOf } from '../operator-decision.ts'

const examples = `
Examples
  npx pnpm keynag rollback AKIA… --stage production --why "the nightly export still used it"

Works for a key that keynag deactivated, until keynag begins to delete it. That is never before the date
that the owner was told. keynag then does nothing more to the key until somebody releases the hold. The command uses your own AWS credentials, and the reaper
role of the account must trust them. It does not work with --sandbox, because the simulated IAM ended
with the demo. It asks for confirmation.`

const RollbackOptions = z.object(decisionOptions)

export const addRollback = (program: Command, context: CommandContext): void => {
  addDecisionOptions(
    program
      .command('rollback <access-key-id>')
      .description('Reactivates a key that keynag deactivated, and places a hold on it.')
      .addHelpText('after', examples),
  ).action((id: unknown, raw: unknown) => rollback(id, raw, context))
}

/** @throws KeynagError `KEYNAG_KEY_UNKNOWN`, `KEYNAG_DECISION_REFUSED` */
function rollback(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { why, by, yes } = readOptions(RollbackOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    if (place.members === undefined) {
      throw permanent(
        'KEYNAG_OPTION_INVALID',
        `${place.name} has no IAM in which a key could be reactivated`,
      )
    }
    const entry = await place.ledger.entry(accessKeyId)
    if (entry === undefined) {
      throw unknownKey(place.name, accessKeyId)
    }
    const operator = await operatorOf(by, place)
    const whose = `${entry.userName} in account ${entry.accountId}`
    const question = `Reactivate ${accessKeyId} of ${whose}, and place a hold on it?`
    if (!yes && !(await agreed(shell, question))) return
    const say = (sentence: string): void => shell.remark(sentence)
    const ports = {
      ...place,
      ...place.members(),
      ids: { uuid: randomUUID },
      telemetry: { info: say, warn: say, error: say, count: ignore },
    }
    const answer = await rollBack(ports, accessKeyId, { by: operator, why })
    if (answer.kind !== 'done') throw permanent('KEYNAG_DECISION_REFUSED', answer.sentence)
    await shell.print(answer.sentence)
  })
}

const ignore = (): void => undefined
