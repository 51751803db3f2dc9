import { dueShards } from './ledger.ts'

/** The shard of the due index for an ID, 0 ≤ shard < `dueShards` (FNV-1a hash of the ID). */
export function dueShardOf(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash % dueShards
}
