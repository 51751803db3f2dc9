import { type ClientSettings, operatorCredentials } from '@keynag/aws'
import type { Shell } from '../shell/shell.ts'

interface Chosen {
  readonly region: string
  readonly profile: string | undefined
}

/** How a command reaches AWS: in the chosen Region, as the person of the chosen profile. */
export const operatorSettings = (
  { region, profile }: Chosen,
  { ask }: Pick<Shell, 'ask'>,
): ClientSettings => ({
  region,
  credentials: operatorCredentials({
    region,
    profile,
    askMfaCode: (serial) => ask(`Code of the MFA device ${serial}: `),
  }),
})
