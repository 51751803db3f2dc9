export type { Answer, Request } from './answer.ts'
export { release } from './release.ts'
export { rollBack } from './roll-back.ts'
