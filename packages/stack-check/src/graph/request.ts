import { z } from 'zod'
import { Edit } from './edit.ts'
import { Graph } from './resource.ts'

/** A request to an evaluator. */
export const Request = z.object({
  stage: z.string(),
  edits: z.array(Edit),
  /** Bundling takes most of the time, and the resources do not depend on it. */
  handlers: z.enum(['bundled', 'unbuilt']),
  /** The values that `sst secret set` would set. */
  secrets: z.record(z.string(), z.string()),
})
export type Request = z.infer<typeof Request>

/** The answer. An evaluator that cannot answer prints the reason on standard error and ends. */
export const Answer = z.object({ graph: Graph })
