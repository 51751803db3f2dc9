import { z } from 'zod'

/** One resource of the graph, with what the stacks ask of AWS. */
export const Resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** The logical name; the physical one, where there is one, is among the inputs. */
  name: z.string(),
  /** URN of the component that made it; empty for those that no component made. */
  parent: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  /** What Pulumi does beyond the inputs. */
  options: z.object({ retainOnDelete: z.boolean(), ignoreChanges: z.array(z.string()) }),
})
export type Resource = z.infer<typeof Resource>

export const Graph = z.object({
  /** What `app()` says of the stage. */
  app: z.object({ name: z.string(), removal: z.string(), protect: z.boolean() }),
  resources: z.array(Resource),
  /** What `sst deploy` prints in the end. */
  outputs: z.record(z.string(), z.unknown()),
})
export type Graph = z.infer<typeof Graph>
