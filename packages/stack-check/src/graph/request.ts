import { z } from 'zod'
import { Edit } from './edit.ts'
import { Graph } from './resource.ts'

/** What an evaluator is asked. */
export const Request = z.object({
  stage: z.string(),
  edits: z.array(Edit),
  /** Bundling takes most of the time, and the stacks know nothing of what is bundled. */
  handlers: z.enum(['bundled', 'unbuilt']),
  /** What was set by `sst secret set`. */
  secrets: z.record(z.string(), z.string()),
})
export type Request = z.infer<typeof Request>

/** What it answers. One that cannot answer ends and says why on standard error. */
export const Answer = z.object({ graph: Graph })
