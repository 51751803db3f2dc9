import type { OpenSandbox } from './place.ts'
import type { StartSandboxAws } from './sandbox-aws.ts'
import type { ExitCode, Shell } from './shell.ts'

/** What every command gets. */
export interface CommandContext {
  readonly shell: Shell
  readonly openSandbox: OpenSandbox | undefined
  readonly startSandboxAws: StartSandboxAws | undefined
  /** What the process ends with, unless it fails. */
  readonly end: (code: ExitCode) => void
  /** Says that nothing is changed: then no harm is done when the reader has seen enough. */
  readonly onlyReads: () => void
  /** Says that the command runs until it is interrupted: then that is no failure. */
  readonly runsUntilStopped: () => void
}
