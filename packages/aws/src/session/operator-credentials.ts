import { STSClient } from '@aws-sdk/client-sts'
import { permanent } from '@keynag/core'
import { clientConfig, type CredentialProvider } from './client-settings.ts'

interface Operator {
  readonly region: string
  readonly profile: string | undefined
  /** Asks the person for the code of their MFA device; `undefined` when nobody can answer. */
  readonly askMfaCode: (serial: string) => Promise<string | undefined>
}

/**
 * The credentials of the person at the terminal, as the SDK finds them. All clients of a command share
 * them, because a code of an MFA device is valid once (IAM User Guide, AWS MFA in IAM).
 */
export function operatorCredentials({ askMfaCode, ...settings }: Operator): CredentialProvider {
  const mfaCodeProvider = async (serial: string): Promise<string> => {
    const code = await askMfaCode(serial)
    if (code !== undefined && code !== '') return code
    throw permanent(
      'KEYNAG_MFA_NEEDED',
      `the profile needs a code of the MFA device ${serial}, and keynag has none`,
    )
  }
  // The client hands all its settings to the chain of providers, and remembers what the chain finds.
  const config = { ...clientConfig('sts', settings), mfaCodeProvider }
  return new STSClient(config).config.credentials
}
