import { z } from 'zod'

/** A change to one source file while it is bundled. Tests use it to put a mistake into the stacks. */
export const Edit = z.object({
  /** The path from the root of the repository, such as `stacks/queues.ts`. */
  file: z.string(),
  find: z.string().min(1),
  replace: z.string(),
})
export type Edit = z.infer<typeof Edit>

/** @throws Error unless the file contains `find` exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const found = text.split(find).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} times what an edit looks for: ${find}`)
  return text.replace(find, () => replace)
}
