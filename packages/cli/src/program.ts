import { KeynagError, permanent } from '@keynag/core'
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
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
  terminalGone,
} from './shell/shell.ts'

/** Runs one command line, given without the program's own name, and returns the exit code. */
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
    if (!stopsWell) return isStopped(shell) ? exitCodes.interrupted : exitCodes.error
    shell.exit(exitCodes.error)
    return exitCodes.error
  }
  const { aborted, reason } = shell.interrupted
  if (stopsWell) {
    const isWanted = reason !== readerGone && reason !== terminalGone
    const worst = isWanted ? code : exitCodes.error
    shell.exit(worst)
    return worst
  }
  const isFine = changesNothing && reason === readerGone
  return aborted && !isFine ? exitCodes.interrupted : code
}

/** By the person: a reader that has gone stops a command too. */
const isStopped = ({ interrupted }: Pick<Shell, 'interrupted'>): boolean =>
  interrupted.aborted && interrupted.reason !== readerGone

function programOf(context: CommandContext): Command {
  const { shell } = context
  const program = new Command('keynag')
    .description(
      'Finds stale IAM access keys in an AWS Organization, reminds owners, and replaces the keys.',
    )
    .version(manifest.version, '--version', 'print the version of keynag')
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

/** `undefined` when the person asked for help; otherwise the usage error. */
const usageFailure = (error: CommanderError): Error | undefined =>
  error.exitCode === 0
    ? undefined
    : permanent('KEYNAG_OPTION_INVALID', error.message.replace(/^error: /, ''))

/**
 * Prepares the words of a command line for commander. It removes the `--` that pnpm passes on, and
 * asks for help when there are no words. The folder after `--sandbox` is optional: in
 * `ledger show --sandbox AKIA…` the next word is an argument. A word counts as a folder when it has a
 * slash or begins with a dot.
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
 * Prints a stable code, a sentence about this case, and what to do. Anything but a KeynagError is a
 * bug; its stack is shown only when KEYNAG_DEBUG asks for it.
 */
function reportFailure(error: unknown, shell: Shell): void {
  if (error instanceof KeynagError) {
    shell.remark(`${shell.style('red', error.code)}: ${error.message}`)
    shell.remark(error.remedy)
    return
  }
  // Ctrl-C ends requests and prompts with errors of their own.
  if (isStopped(shell) && shell.env.KEYNAG_DEBUG === undefined) return
  const sentence = error instanceof Error ? error.message : String(error)
  shell.remark(`${shell.style('red', 'KEYNAG_UNEXPECTED')}: ${sentence}`)
  shell.remark('This is a bug in keynag. Set KEYNAG_DEBUG=1 to see its stack, and report it to us.')
  if (shell.env.KEYNAG_DEBUG !== undefined && error instanceof Error) {
    shell.remark(error.stack ?? '')
  }
}
