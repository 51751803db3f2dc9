import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/**
 * An item as plain values. The document client converts answers but not errors, and after a failed
 * condition the error carries the item that won.
 */
export const plainItem = (
  item: Readonly<Record<string, AttributeValue>>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]))

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return Number(value.N)
  if (value.BOOL !== undefined) return value.BOOL
  if (value.NULL !== undefined) return null
  if (value.L !== undefined) return value.L.map(plainValue)
  if (value.M !== undefined) return plainItem(value.M)
  throw new Error('the ledger holds no sets and no binary values')
}
