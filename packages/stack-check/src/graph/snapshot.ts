import { join } from 'node:path'
import type { Graph } from './resource.ts'

/** The file in which a reviewer sees a change to production. */
export const snapshotFile = join(import.meta.dirname, '../../production.graph.json')

/** Shows only resources of AWS, and neither components nor Pulumi's own records. */
export function snapshotOf({ app, resources, outputs }: Graph): string {
  const asked = resources.filter(({ type }) => !/^(sst|pulumi):/.test(type))
  const shown = Object.fromEntries(
    asked.map(({ type, name, inputs, options }) => [
      `${type} ${name}`,
      { ...inputs, ...(options.retainOnDelete ? { retainOnDelete: true } : {}) },
    ]),
  )
  return `${JSON.stringify({ app, resources: shown, outputs }, sorted, 2)}\n`
}

/** Sorts properties, so that a diff shows only real changes. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
