import { STSClient } from '@aws-sdk/client-sts'

/** The default Region. IAM is global, and the partition follows from the Region. */
const fallbackRegion = 'us-east-1'

/** The Region of the environment or the profile, or else us-east-1. */
export async function findRegion(profile?: string): Promise<string> {
  const client = new STSClient(profile === undefined ? {} : { profile })
  try {
    return await client.config.region()
  } catch (error) {
    if (error instanceof Error && /region is missing/i.test(error.message)) return fallbackRegion
    throw error
  } finally {
    client.destroy()
  }
}
