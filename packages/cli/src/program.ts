import { permanent } from '@keynag/core'
import { Command, CommanderError } from 'commander'
import { addAudit } from './commands/audit/command.ts'
import { addDlq } from './commands/dlq/command.ts'
import { addDoctor } from './commands/doctor/command.ts'
import { addExempt } from './commands/exempt/command.ts'
import { addFreeze } from './commands/freeze/command.ts'
import { addHold } from './commands/hold/command.ts'
import { addLedger } from './commands/ledger/command.ts'
import { addSetup } from './commands/setup/command.ts'
import { addWorker } from './commands/worker/command.ts'
import type { CommandContext } from './command-context.ts'
import { wordsOf } from './command-words.ts'
import { reportFailure } from './failure.ts'
import type { OpenSandbox } from './place.ts'
import type { StartSandboxAws } from './sandbox-aws.ts'
import { exitCodes, readerGone, type ExitCode, type Shell } from './shell.ts'

/** Runs one command line, without the program's own name, and says how to end. */
export async function runKeynag(
  argv: readonly string[],
  shell: Shell,
  {
    openSandbox,
    startSandboxAws,
  }: { readonly openSandbox?: OpenSandbox; readonly startSandboxAws?: StartSandboxAws } = {},
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok
  let changesNothing = false
  let stopsWell = false
  const context: CommandContext = {
    shell,
    openSandbox,
    startSandboxAws,
    end: (wanted) => {
      code = wanted
    },
    onlyReads: () => {
      changesNothing = true
    },
    runsUntilStopped: () => {
      stopsWell = true
    },
  }
  try {
    await programOf(context).parseAsync(wordsOf(argv), { from: 'user' })
  } catch (error) {
    const failure = error instanceof CommanderError ? usageFailure(error) : error
    if (failure === undefined) return exitCodes.ok
    reportFailure(failure, shell)
    return exitCodes.error
  }
  const { aborted, reason } = shell.interrupted
  const isFine = stopsWell || (changesNothing && reason === readerGone)
  return aborted && !isFine ? exitCodes.interrupted : code
}

function programOf(context: CommandContext): Command {
  const { shell } = context
  const program = new Command('keynag')
    .description('Keeps IAM access keys clean across an AWS Organization.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void shell.print(text.trimEnd()),
      writeErr: () => undefined,
      getOutHelpWidth: () => shell.width ?? 100,
      getOutHasColors: () => false,
    })
  addAudit(program, context)
  addHold(program, context)
  addExempt(program, context)
  addFreeze(program, context)
  addDlq(program, context)
  addLedger(program, context)
  addDoctor(program, context)
  addSetup(program, context)
  addWorker(program, context)
  return program
}

/** Help was asked for, or the words are wrong. */
const usageFailure = (error: CommanderError): Error | undefined =>
  error.exitCode === 0
    ? undefined
    : permanent('KEYNAG_OPTION_INVALID', error.message.replace(/^error: /, ''))
