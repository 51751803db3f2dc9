import { randomUUID } from 'node:crypto'
import { permanent } from '@keynag/core'
import { rollBack } from '@keynag/engine'
import type { Command } from 'commander'
import { z } from 'zod'
import { withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { accessKeyIdOf, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions, decisionOptions, operatorOf } from '../operator-decision.ts'

const examples = `
Examples
  npx pnpm keynag rollback AKIA… --stage production --why "the nightly export still used it"

Switches a key on again that keynag has switched off, while its recovery grace lasts, and holds it:
nothing more happens to it until somebody releases the hold. With your own credentials, which must be
let in by the reaper role. There is nothing to switch on in a --sandbox: its IAM ended with the demo.`

const RollbackOptions = z.object(decisionOptions)

export const addRollback = (program: Command, context: CommandContext): void => {
  addDecisionOptions(
    program
      .command('rollback <access-key-id>')
      .description('Switches a key on again that keynag has switched off, and holds it.')
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
      throw permanent('KEYNAG_OPTION_INVALID', `${place.name} has no IAM to switch a key on in`)
    }
    const entry = await place.ledger.entry(accessKeyId)
    if (entry === undefined) {
      throw permanent('KEYNAG_KEY_UNKNOWN', `the ledger of ${place.name} has no key ${accessKeyId}`)
    }
    const operator = await operatorOf(by, place)
    const whose = `${entry.userName} in account ${entry.accountId}`
    const question = `Switch ${accessKeyId} of ${whose} on again, and hold it?`
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
