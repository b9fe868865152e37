// `load`: the module where its WebAssembly has to be fetched, or comes from somewhere else.

import { instantiate, library } from './library.mjs'

/** The module, of a compiled one, bytes, a response, or a place; without any, of the file beside this folder. */
export async function load(source = new URL('../tidegate.wasm', import.meta.url)) {
  return library({ ...instantiate(await compiled(await source)), backend: 'wasm' })
}

async function compiled(source) {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source)
  if (typeof source === 'string' || source instanceof URL) return compiled(await fetched(source))
  if (globalThis.Response !== undefined && source instanceof Response) return answered(source)
  const error = new TypeError('the source must be a WebAssembly.Module, bytes, a Response, or a URL')
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
}

/** What lies at a place. Node fetches no files, and reads them. */
function fetched(place) {
  const url = new URL(place, globalThis.location?.href ?? import.meta.url)
  const files = url.protocol === 'file:' ? globalThis.process?.getBuiltinModule?.('node:fs') : undefined
  return files === undefined ? fetch(url) : files.promises.readFile(url)
}

async function answered(response) {
  if (!response.ok) {
    const error = new Error(`tidegate: ${response.url} was answered with ${response.status} ${response.statusText}`.trim())
    throw Object.assign(error, { code: 'ERR_TIDEGATE_WASM' })
  }
  // Servers that do not know the type are many.
  const knows = response.headers.get('content-type')?.startsWith('application/wasm')
  return knows ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer())
}
