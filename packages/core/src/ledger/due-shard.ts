import { dueShards } from './ledger.ts'

/** Spreads due things over the index's partitions: FNV-1a over the ID. */
export function dueShardOf(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash % dueShards
}
