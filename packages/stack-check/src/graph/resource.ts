import { z } from 'zod'

/** One resource of the graph, with the inputs that the stacks give AWS. */
export const Resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** The logical name. A physical name is among the inputs. */
  name: z.string(),
  /** URN of the component that made it; empty if no component made it. */
  parent: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  /** Pulumi's options for the resource. */
  options: z.object({ retainOnDelete: z.boolean(), ignoreChanges: z.array(z.string()) }),
})
export type Resource = z.infer<typeof Resource>

export const Graph = z.object({
  /** The result of `app()` for the stage. */
  app: z.object({ name: z.string(), removal: z.string(), protect: z.boolean() }),
  resources: z.array(Resource),
  /** The outputs that `sst deploy` prints at the end. */
  outputs: z.record(z.string(), z.unknown()),
})
export type Graph = z.infer<typeof Graph>
