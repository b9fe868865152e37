'use strict'
// The core as WebAssembly, with the functions of the native addon. It needs nothing of Node.
//
// Arguments are written into a buffer in the module's memory, and the answer is read from another; how
// values lie there says `wasm/src/layout.rs`.

const UNDEFINED = 0
const NULL = 1
const BOOLEAN = 2
const NUMBER = 3
const BIGINT = 4
const STRING = 5
const BYTES = 6
const SHARED_BYTES = 7
const EXTERNAL = 8
const ARRAY = 9
const OBJECT = 10
const OTHER = 11
const TEXT = 12
const FUNCTION = 13

const NEGATIVE = 1
const OVER_64 = 2
const OVER_128 = 4

/** What a function answers whose answer is no bigint. */
const NO_ANSWER = 2n ** 64n - 1n
/** Words of 64 bits that are kept for arguments. */
const ROOM = 512
/** Text that is longer is left to `TextEncoder` and `TextDecoder`. */
const SHORT = 48
const ERRORS = [Error, TypeError, RangeError]

/** What JavaScript holds of the core. */
class External {
  #place

  constructor(place) {
    this.#place = place
  }

  /** Where it lies; nothing of anything else. */
  static placeOf(value) {
    return #place in value ? value.#place : undefined
  }
}

/** Where nobody tells what was collected, nothing is freed. */
class Unwatched {
  register() {}
}

/** The functions of the addon, by a module that was compiled of `tidegate.wasm`. */
function instantiate(module) {
  return new Instance(module).functions()
}

class Instance {
  #exports
  #externals
  #functions
  #encoder = new TextEncoder()
  // A mark at the beginning of a text belongs to it.
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Functions that are arguments of the running call, and those that are kept, by their numbers. */
  #given = []
  #kept = new Map()
  #keeps = 0
  /** Texts that never change, by their places. */
  #texts = new Map()
  #false
  /** The same memory in three ways; made again when it has grown. */
  #heads = new Uint32Array(0)
  #floats
  #bytes
  #words
  /** Where arguments begin, how many words there is room for, and where the next is written or read. */
  #start = 0
  #room = 0
  #at = 0

  constructor(module) {
    const { exports } = new WebAssembly.Instance(module, { tidegate: this.#host() })
    this.#exports = exports
    const Registry = globalThis.FinalizationRegistry ?? Unwatched
    this.#externals = new Registry((place) => exports.release(place))
    this.#functions = new Registry((record) => exports.release_function(record))
    this.#false = exports.booleans()
    this.#reserve(ROOM)
  }

  /** What a system has and WebAssembly has not. */
  #host() {
    return {
      performance_now: () => performance.now(),
      date_now: () => Date.now(),
      random: () => crypto.getRandomValues(new BigInt64Array(1))[0],
      keep: (argument) => {
        this.#keeps += 1
        this.#kept.set(this.#keeps, this.#given[argument])
        return this.#keeps
      },
      ask: (kept, boolean) => {
        const answer = this.#kept.get(kept)(boolean === 1)
        return typeof answer === 'bigint' ? answer : NO_ANSWER
      },
      forget: (kept) => this.#kept.delete(kept),
    }
  }

  /** Each export that `#[napi]` has made. */
  functions() {
    const named = Object.entries(this.#exports).filter(([name]) => name.startsWith('js:'))
    return Object.fromEntries(named.map(([name, run]) => [name.slice(3), (...values) => this.#call(run, values)]))
  }

  #call(run, values) {
    this.#give(values)
    const place = run()
    if (this.#given.length > 0) this.#given = []
    if (this.#room > ROOM) this.#reserve(ROOM)
    return this.#answer(place)
  }

  /** Writes the arguments of a call. */
  #give(values) {
    if (this.#heads.length === 0) this.#view()
    this.#at = this.#start >>> 3
    this.#head(values.length, 0)
    for (let index = 0; index < values.length; index += 1) this.#write(values[index])
  }

  /** The same of one or two, without an array. */
  #giveTwo(count, first, second) {
    if (this.#heads.length === 0) this.#view()
    this.#at = this.#start >>> 3
    this.#head(count, 0)
    this.#write(first)
    if (count === 2) this.#write(second)
  }

  /** The value that lies there, or the error for nothing. */
  #answer(place) {
    if (this.#heads.length === 0) this.#view()
    if (place === 0) throw this.#error()
    this.#at = place >>> 3
    return this.#read()
  }

  #error() {
    this.#at = this.#exports.error() >>> 3
    const [kind, code, message] = [this.#read(), this.#read(), this.#read()]
    return Object.assign(new ERRORS[kind](message), { code })
  }

  /** A bare function, of at most two arguments: called without any it costs as little as can be. */
  #bare(record) {
    const head = record >>> 2
    const callback = this.#exports.__indirect_function_table.get(this.#heads[head])
    const name = this.#ascii(this.#heads[head + 1], this.#heads[head + 2])
    const [no, yes, instance] = [this.#false, this.#false + 8, this]
    const bare = {
      [name](first, second) {
        let place
        if (arguments.length === 0) {
          place = callback(0, record)
        } else {
          instance.#giveTwo(arguments.length === 1 ? 1 : 2, first, second)
          place = callback(0, record + 1)
        }
        return place === yes ? true : place === no ? false : instance.#answer(place)
      },
    }[name]
    this.#functions.register(bare, record)
    return bare
  }

  #write(value) {
    switch (typeof value) {
      case 'undefined': return this.#head(UNDEFINED, 0)
      case 'boolean': return this.#head(BOOLEAN, value ? 1 : 0)
      case 'number': return this.#number(value)
      case 'bigint': return this.#bigint(value)
      case 'string': return this.#string(value)
      case 'object': return this.#object(value)
      case 'function': return this.#head(OTHER, this.#given.push(value) - 1)
      default: return this.#head(OTHER, 0)
    }
  }

  #head(tag, more) {
    this.#need(1)
    this.#heads[this.#at * 2] = tag
    this.#heads[this.#at * 2 + 1] = more
    this.#at += 1
  }

  #number(value) {
    this.#head(NUMBER, 0)
    this.#need(1)
    this.#floats[this.#at] = value
    this.#at += 1
  }

  #bigint(value) {
    const bits = value < 0n ? -value : value
    const above = bits >> 64n
    const over = above === 0n ? 0 : above >> 64n === 0n ? OVER_64 : OVER_64 | OVER_128
    this.#head(BIGINT, (value < 0n ? NEGATIVE : 0) | over)
    this.#need(2)
    this.#words[this.#at] = bits
    this.#words[this.#at + 1] = above
    this.#at += 2
  }

  #string(value) {
    // No UTF-16 unit is more than three bytes. What makes room also moves what was written.
    this.#need(1 + Math.ceil(value.length * 3 / 8))
    const head = this.#at
    this.#head(STRING, 0)
    const length = this.#encode(value, this.#at * 8)
    this.#heads[head * 2 + 1] = length
    this.#at += Math.ceil(length / 8)
  }

  /** Writes UTF-8 there, and says how many bytes it is. */
  #encode(value, start) {
    const bytes = this.#bytes
    if (value.length <= SHORT) {
      let index = 0
      for (; index < value.length; index += 1) {
        const unit = value.charCodeAt(index)
        if (unit > 127) break
        bytes[start + index] = unit
      }
      if (index === value.length) return index
    }
    return this.#encoder.encodeInto(value, bytes.subarray(start)).written
  }

  #object(value) {
    if (value === null) return this.#head(NULL, 0)
    const place = External.placeOf(value)
    if (place !== undefined) return this.#external(place)
    if (Array.isArray(value)) {
      this.#head(ARRAY, value.length)
      for (const item of value) this.#write(item)
      return undefined
    }
    if (ArrayBuffer.isView(value)) return value[Symbol.toStringTag] === 'Uint8Array' ? this.#octets(value) : this.#head(OTHER, 0)
    const members = Object.entries(value)
    this.#head(OBJECT, members.length)
    for (const [name, member] of members) {
      this.#string(name)
      this.#write(member)
    }
    return undefined
  }

  #external(place) {
    this.#head(EXTERNAL, 0)
    this.#head(place, 0)
  }

  #octets(value) {
    const shared = Object.prototype.toString.call(value.buffer) !== '[object ArrayBuffer]'
    this.#head(shared ? SHARED_BYTES : BYTES, value.length)
    const words = Math.ceil(value.length / 8)
    this.#need(words)
    this.#bytes.set(value, this.#at * 8)
    this.#at += words
  }

  #need(words) {
    const end = this.#at + words - (this.#start >>> 3)
    if (end > this.#room) this.#reserve(Math.max(end, this.#room * 2))
  }

  /** Room for so many words; those that were written stay. */
  #reserve(words) {
    const written = this.#at - (this.#start >>> 3)
    const start = this.#exports.reserve(words)
    if (start === 0) throw Object.assign(new RangeError('there is no memory for the arguments'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })
    this.#view()
    this.#start = start
    this.#room = words
    this.#at = (start >>> 3) + written
  }

  #view() {
    const { buffer } = this.#exports.memory
    this.#heads = new Uint32Array(buffer)
    this.#floats = new Float64Array(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.#words = new BigUint64Array(buffer)
  }

  #read() {
    const [tag, more] = [this.#heads[this.#at * 2], this.#heads[this.#at * 2 + 1]]
    this.#at += 1
    switch (tag) {
      case UNDEFINED: return undefined
      case NULL: return null
      case BOOLEAN: return more === 1
      case NUMBER: return this.#floats[this.#at++]
      case BIGINT: return this.#readBigint(more)
      case STRING: return this.#readString(more)
      case TEXT: return this.#text(this.#readPlace(), more)
      case EXTERNAL: return this.#hold(this.#readPlace())
      case FUNCTION: return this.#bare(this.#readPlace())
      case ARRAY: return Array.from({ length: more }, () => this.#read())
      default: return this.#readObject(more)
    }
  }

  #readPlace() {
    return this.#heads[this.#at++ * 2]
  }

  #readBigint(flags) {
    const [low, high] = [this.#words[this.#at], this.#words[this.#at + 1]]
    this.#at += 2
    const bits = flags & OVER_64 ? low | high << 64n : low
    return flags & NEGATIVE ? -bits : bits
  }

  #readString(length) {
    const start = this.#at * 8
    this.#at += Math.ceil(length / 8)
    return this.#decode(start, length)
  }

  #decode(start, length) {
    return length <= SHORT ? this.#ascii(start, length) ?? this.#utf8(start, length) : this.#utf8(start, length)
  }

  #utf8(start, length) {
    return this.#decoder.decode(this.#bytes.subarray(start, start + length))
  }

  /** Text of ASCII; nothing of any other. */
  #ascii(start, length) {
    let text = ''
    for (let at = start; at < start + length; at += 1) {
      if (this.#bytes[at] > 127) return undefined
      text += String.fromCharCode(this.#bytes[at])
    }
    return text
  }

  #text(place, length) {
    let text = this.#texts.get(place)
    // Two texts may begin at the same place.
    if (text?.length !== length) {
      text = this.#decode(place, length)
      this.#texts.set(place, text)
    }
    return text
  }

  #readObject(count) {
    const object = {}
    for (let index = 0; index < count; index += 1) {
      const name = this.#read()
      object[name] = this.#read()
    }
    return object
  }

  #hold(place) {
    const external = new External(place)
    this.#externals.register(external, place)
    return external
  }
}

module.exports = { instantiate }
