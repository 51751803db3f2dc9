import type { ClientSettings } from '@keynag/aws'
import type { Clock } from '@keynag/core'

/** An AWS to audit that is none: for a look at the output without an account. */
export interface SandboxAws {
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly externalId: string
  close(): Promise<void>
}

/** Only a checkout has it. */
export type StartSandboxAws = () => Promise<SandboxAws>
