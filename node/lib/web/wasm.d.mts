/** `WebAssembly.Module`, where the types of the surroundings have it. */
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Compiled } } } ? Compiled : object

/**
 * What `load` makes the module of: a compiled one, its bytes, the answer to a request for them, or where they lie.
 */
export type Source = Module | ArrayBuffer | ArrayBufferView | Response | URL | string

/**
 * The whole module, of `tidegate.wasm`: for where it is not beside the module, or is compiled already.
 *
 * Each call makes an instance with memory of its own: limiters of one mean nothing to another.
 *
 * @param source Where the WebAssembly comes from; without it, the file `tidegate/tidegate.wasm` of this package.
 * @throws `TypeError` with the code `ERR_INVALID_ARG_TYPE` for another source; an error of the code
 *   `ERR_TIDEGATE_WASM` if a server answered with no success; `WebAssembly.CompileError` for bytes that are none.
 * @example
 * import { load } from 'tidegate/wasm'
 * const { RateLimiter } = await load(fetch('/static/tidegate.wasm'))
 */
export function load(source?: Source | PromiseLike<Source>): Promise<typeof import('../index.mjs')>
