import { STSClient } from '@aws-sdk/client-sts'
import { permanent } from '@keynag/core'

/** For what is the same in every Region of a partition, such as IAM. */
const anyRegion = 'us-east-1'

/**
 * The Region of the environment or the profile. Where `AWS_ENDPOINT_URL` names the endpoint, any Region
 * will do.
 *
 * @throws KeynagError `KEYNAG_REGION_MISSING`
 */
export async function findRegion(profile?: string): Promise<string> {
  const region = await configuredRegion(profile)
  if (region !== undefined) return region
  if (process.env['AWS_ENDPOINT_URL'] !== undefined) return anyRegion
  const where = profile === undefined ? '' : `, and the profile ${profile} has none`
  throw permanent('KEYNAG_REGION_MISSING', `no AWS Region is named${where}`)
}

/** The same for a command that only calls IAM and reads no table or queue. */
export const findRegionOfIam = async (profile?: string): Promise<string> =>
  (await configuredRegion(profile)) ?? anyRegion

async function configuredRegion(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile })
  try {
    return await client.config.region()
  } catch (error) {
    if (error instanceof Error && /region is missing/i.test(error.message)) return undefined
    throw error
  } finally {
    client.destroy()
  }
}
