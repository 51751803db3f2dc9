import type { Store } from 'dynalite/db/index.js'
import { z } from 'zod'
import { getTable } from './engine.ts'
import { validationException } from './failure.ts'

const update = z.object({
  TableName: z.string(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().min(1), Enabled: z.boolean() }),
})
const describe = z.object({ TableName: z.string() })

/**
 * Remembers which attribute holds the expiry time of a table's items, and never deletes an item: AWS
 * promises deletion only "within a few days", so no code may depend on it. The setting is lost when
 * the server closes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export const timeToLive = (store: Store) => {
  const attributes = new Map<string, string>()
  return {
    update: async (body: unknown) => {
      const { data } = update.safeParse(body)
      if (!data) throw validationException('TimeToLiveSpecification must not be null')
      await getTable(store, data.TableName)
      const { AttributeName, Enabled } = data.TimeToLiveSpecification
      if (Enabled === attributes.has(data.TableName)) {
        throw validationException(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`)
      }
      if (Enabled) attributes.set(data.TableName, AttributeName)
      else attributes.delete(data.TableName)
      return { TimeToLiveSpecification: data.TimeToLiveSpecification }
    },
    describe: async (body: unknown) => {
      const { data } = describe.safeParse(body)
      if (!data) throw validationException('TableName must not be null')
      await getTable(store, data.TableName)
      const AttributeName = attributes.get(data.TableName)
      return {
        TimeToLiveDescription: AttributeName
          ? { AttributeName, TimeToLiveStatus: 'ENABLED' }
          : { TimeToLiveStatus: 'DISABLED' },
      }
    },
  }
}
