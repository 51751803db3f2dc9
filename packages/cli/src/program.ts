import { KeynagError, permanent } from '@keynag/core'
import { Command, CommanderError } from 'commander'
import { addAudit } from './commands/audit/command.ts'
import { addDlq } from './commands/dlq/command.ts'
import { addDoctor } from './commands/doctor/command.ts'
import { addExempt } from './commands/exempt/command.ts'
import { addFreeze } from './commands/freeze/command.ts'
import { addHold } from './commands/hold/command.ts'
import { addLedger } from './commands/ledger/command.ts'
import { addMemberRole } from './commands/member-role/command.ts'
import { addRollback } from './commands/rollback/command.ts'
import { addSetup } from './commands/setup/command.ts'
import { addWorker } from './commands/worker/command.ts'
import type { OpenSandbox, StartSandboxAws } from './place/place.ts'
import {
  type CommandContext,
  type ExitCode,
  exitCodes,
  readerGone,
  type Shell,
} from './shell/shell.ts'

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
  addRollback(program, context)
  addDlq(program, context)
  addLedger(program, context)
  addMemberRole(program, context)
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

/**
 * The words of a command line as commander should get them: without the `--` that pnpm hands on, and
 * with help where there are none. The folder after `--sandbox` may be left out, and what follows is
 * then an argument, as in `ledger show --sandbox AKIA…`: a word is a folder when it has a slash or
 * begins with a dot.
 */
export function wordsOf(argv: readonly string[]): string[] {
  const words = argv[0] === '--' ? argv.slice(1) : [...argv]
  if (words.length === 0) return ['--help']
  const sandbox = words.indexOf('--sandbox')
  const next = words[sandbox + 1]
  if (sandbox === -1 || next === undefined || next.startsWith('-') || isFolder(next)) return words
  return [...words.slice(0, sandbox), ...words.slice(sandbox + 1), '--sandbox']
}

const isFolder = (word: string): boolean => word.startsWith('.') || /[/\\]/.test(word)

/**
 * Says what went wrong: a stable code, a sentence, what to do. Anything but a KeynagError is a bug,
 * and its stack is shown only where somebody asked for it.
 */
function reportFailure(error: unknown, shell: Shell): void {
  if (error instanceof KeynagError) {
    shell.remark(`${shell.style('red', error.code)}: ${error.message}`)
    shell.remark(error.remedy)
    return
  }
  const sentence = error instanceof Error ? error.message : String(error)
  shell.remark(`${shell.style('red', 'KEYNAG_UNEXPECTED')}: ${sentence}`)
  shell.remark('This is a bug: set KEYNAG_DEBUG=1 for its stack, and report it to us.')
  if (shell.env.KEYNAG_DEBUG !== undefined && error instanceof Error) {
    shell.remark(error.stack ?? '')
  }
}
