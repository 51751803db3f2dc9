import { z } from 'zod'

/** A change to one source file while it is bundled: how a test looks at stacks with a mistake. */
export const Edit = z.object({
  /** From the root of the repository, such as `stacks/queues.ts`. */
  file: z.string(),
  find: z.string().min(1),
  replace: z.string(),
})
export type Edit = z.infer<typeof Edit>

/** @throws Error unless what is sought stands there exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const found = text.split(find).length - 1
  if (found !== 1) throw new Error(`${file} has ${found} times what an edit looks for: ${find}`)
  return text.replace(find, () => replace)
}
