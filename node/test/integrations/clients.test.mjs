// fetch, axios, got and ky, each against both emulated APIs: one that answers all, and one with faults.

import { test } from 'node:test'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import { withLimits } from 'tidegate'
import * as forAxios from 'tidegate/axios'
import * as forGot from 'tidegate/got'
import * as forKy from 'tidegate/ky'
import { headers, judged } from './emulator.mjs'

const OPTIONS = { key: 'alice', idempotencyKey: true }

const CLIENTS = {
  fetch(base, api) {
    const limited = withLimits(fetch, api, OPTIONS)
    return async ({ method, path, body }, number) => {
      const response = await limited(base + path, { method, body, headers: headers('fetch', number) })
      await response.text()
      return response.status
    }
  },
  axios(base, api) {
    const instance = axios.create({ baseURL: base, adapter: forAxios.withLimits(axios, api, OPTIONS), validateStatus: null })
    return async ({ method, path, body }, number) => {
      const { status } = await instance.request({ method, url: path, data: body, headers: headers('axios', number) })
      return status
    }
  },
  got(base, api) {
    const instance = got.extend(forGot.limits(api, OPTIONS), { prefixUrl: base, throwHttpErrors: false })
    return async ({ method, path, body }, number) => {
      const { statusCode } = await instance(path.slice(1), { method, body, headers: headers('got', number) })
      return statusCode
    }
  },
  ky(base, api) {
    const instance = ky.create({ ...forKy.limits(api, OPTIONS), prefixUrl: base, throwHttpErrors: false })
    return async ({ method, path, body }, number) => {
      const response = await instance(path.slice(1), { method, body, headers: headers('ky', number) })
      await response.text()
      return response.status
    }
  },
}

for (const [name, make] of Object.entries(CLIENTS)) {
  test(`${name}: the whole quota`, (t) => judged(t, name, 'stackflow', false, make))
  test(`${name}: faults`, (t) => judged(t, name, 'velaflows', true, make))
}
