/**
 * A real Wechaty gateway (npm `PuppetServer`) around a town in memory, driven over HTTP on loopback.
 *
 *   node gateway.mjs --port 0 --control 0 --token insecure_x [--cert FILE --key FILE | --tls]
 *
 * Prints one JSON line {"port": …, "control": …, "pid": …} when ready. POST /<command> with a JSON body answers
 * {"result": …} or, with status 400, {"error": …}. Ends when its standard input closes, so that a killed test
 * leaves nothing behind.
 */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { parseArgs } from 'node:util'
import { PuppetServer } from 'wechaty-puppet-service'
import { commandsFor } from './commands.mjs'
import { TownPuppet } from './puppet.mjs'

const HOST = '127.0.0.1'

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    control: { type: 'string', default: '0' },
    token: { type: 'string' },
    tls: { type: 'boolean', default: false },
    cert: { type: 'string' },
    key: { type: 'string' },
  },
})

async function freePort () {
  const server = net.createServer()
  await new Promise(resolve => server.listen(0, HOST, resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

function tls () {
  if (!given.cert) return { disable: !given.tls }   // --tls alone: the certificate the package ships
  return { disable: false, serverCert: readFileSync(given.cert, 'utf8'), serverKey: readFileSync(given.key, 'utf8') }
}

async function control (commands) {
  const server = http.createServer(async (request, response) => {
    const reply = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    try {
      let body = ''
      for await (const piece of request) body += piece
      const command = commands[request.url.slice(1)]
      if (!command) throw new Error(`unknown command ${request.url}`)
      reply(200, { result: await command(JSON.parse(body || '{}')) ?? null })
    } catch (error) {
      reply(400, { error: String(error?.stack || error) })
    }
  })
  await new Promise(resolve => server.listen(Number(given.control), HOST, resolve))
  return server.address().port
}

const town = new TownPuppet()
town.on('error', error => console.error('puppet error', error))   // unheard, it would end the process
const port = Number(given.port) || await freePort()
const server = new PuppetServer({ endpoint: `${HOST}:${port}`, puppet: town, token: given.token, tls: tls() })
await server.start()
console.log(JSON.stringify({ port, control: await control(commandsFor(town)), pid: process.pid }))

const leave = () => process.exit(0)
process.on('SIGTERM', leave)
process.stdin.resume()
process.stdin.on('end', leave)
process.stdin.on('error', leave)
