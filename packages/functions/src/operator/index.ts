export type { Answer, Request } from './answer.ts'
export { decideRelease, release } from './release.ts'
export { rollBack } from './roll-back.ts'
