/**
 * A puppet whose WeChat is a town in memory.
 *
 * The npm mock puppet brings the many abstract methods; everything a bot really uses is written here, with ways to
 * misbehave like real puppets do: answers late, lost or without an id, payloads that fail, ids told twice.
 */
import * as PUPPET from 'wechaty-puppet'
import { PuppetMock } from 'wechaty-puppet-mock'
import { FileBox } from 'file-box'

const { Message, Payload } = PUPPET.types

export class TownPuppet extends PuppetMock {
  contacts = new Map()
  rooms = new Map()
  messages = new Map()
  unfetched = new Set()        // ids told to the bot whose content it has not asked for yet
  files = new Map()            // message id -> { name, bytes, sizes: which image sizes exist }
  cards = new Map()            // message id -> { title, url, description }
  roomAliases = new Map()      // "room contact" -> name in that room
  invitations = new Map()
  friendships = new Map()
  user = null                  // logged in again at every start, as a puppet with a stored session is
  calls = {}                   // method -> how often the bot asked
  faults = new Map()           // method -> { count, message, delay, hang }
  sendingGivesIds = true
  nameless = new Set()         // conversations whose sends are answered without an id
  done = []                    // what the bot did, in order
  watchers = []
  counter = 0

  async onStart () {
    await super.onStart()
    // Once Start has been answered: a login inside it would be told before the puppet counts as on.
    setImmediate(() => { if (this.user && !this.isLoggedIn) this.login(this.user) })
  }

  ding (data) { setImmediate(() => this.emit('dong', { data: data || '' })) }

  /** A send passes here, and is spoiled where a test asked for it in this one conversation. */
  async sending (method, conversation) {
    await this.pass(method)
    await this.pass(`${method} ${conversation}`)
  }

  givesId (conversation) { return this.sendingGivesIds && !this.nameless.has(conversation) }

  /** Every call passes here: counted, and spoiled where a test asked for it. */
  async pass (method) {
    this.calls[method] = (this.calls[method] || 0) + 1
    const fault = this.faults.get(method)
    if (!fault || fault.count <= 0) return
    fault.count--
    if (fault.delay) await new Promise(resolve => setTimeout(resolve, fault.delay))
    if (fault.hang) await new Promise(() => {})
    if (fault.message) throw new Error(fault.message)
  }

  /** Spoil the answer only: what was asked for has been done. */
  async answer (method, value) {
    await this.pass(`${method}:answer`)
    return value
  }

  note (what, details) {
    this.done.push({ number: this.done.length + 1, what, ...details })
    this.watchers.splice(0).forEach(wake => wake())
  }

  nextId () { return `m-${process.pid}-${++this.counter}` }

  /** A message appears in WeChat and is told to whoever listens. */
  appear (payload, told = true) {
    const message = { id: this.nextId(), timestamp: Date.now(), type: Message.Text, text: '', ...payload }
    this.messages.set(message.id, message)
    if (told) {
      this.unfetched.add(message.id)
      this.emit('message', { messageId: message.id })
    }
    return message.id
  }

  /** The bot says something: it appears like any message, and that is the echo. */
  said (conversation, details) {
    if (!this.isLoggedIn) throw new Error('puppet is not logged in')
    const room = this.rooms.has(conversation)
    if (!room && !this.contacts.has(conversation)) throw new Error(`no conversation ${conversation}`)
    const to = room ? { roomId: conversation } : { listenerId: conversation }
    return this.appear({ talkerId: this.currentUserId, ...to, ...details })
  }

  async messageSendText (conversation, text, mentionIdList = []) {
    await this.sending('messageSendText', conversation)
    const id = this.said(conversation, { text, mentionIdList })
    this.note('text', { id, conversation, text, mentions: mentionIdList })
    return this.answer('messageSendText', this.givesId(conversation) ? id : undefined)
  }

  async messageSendFile (conversation, box) {
    await this.pass('messageSendFile')
    const bytes = await box.toBuffer()
    const type = /\.(png|jpe?g)$/i.test(box.name) ? Message.Image : Message.Attachment
    const id = this.said(conversation, { type, filename: box.name })
    this.files.set(id, { name: box.name, bytes, sizes: [1, 2, 3] })
    this.note('file', { id, conversation, name: box.name, size: bytes.length, base64: bytes.toString('base64') })
    return this.answer('messageSendFile', this.sendingGivesIds ? id : undefined)
  }

  async messageSendUrl (conversation, card) {
    await this.pass('messageSendUrl')
    const { title, url, description } = card
    const id = this.said(conversation, { type: Message.Url, text: title })
    this.cards.set(id, { title, url, description })
    this.note('card', { id, conversation, title, url, description })
    return this.answer('messageSendUrl', this.sendingGivesIds ? id : undefined)
  }

  async messageUrl (id) { await this.pass('messageUrl'); return known(this.cards, id) }

  async messageImage (id, size) {
    await this.pass('messageImage')
    const file = this.file(id)
    if (!file.sizes.includes(size)) throw new Error(`no image of size ${size}`)
    return box(file)
  }

  async messageFile (id) { await this.pass('messageFile'); return box(this.file(id)) }

  // Counted and spoiled as the bot asks; the base class caches what lies below.
  async messagePayload (id) {
    await this.pass('messagePayload')
    const payload = await super.messagePayload(id)
    this.unfetched.delete(id)
    return payload
  }

  async contactPayload (id) { await this.pass('contactPayload'); return super.contactPayload(id) }
  async roomPayload (id) { await this.pass('roomPayload'); return super.roomPayload(id) }
  async roomMemberPayload (room, id) { await this.pass('roomMemberPayload'); return super.roomMemberPayload(room, id) }
  async roomList () { await this.pass('roomList'); return [...this.rooms.keys()] }

  async messageRawPayload (id) { return known(this.messages, id) }
  async contactRawPayload (id) { return known(this.contacts, id) }
  async roomRawPayload (id) { return known(this.rooms, id) }
  async contactList () { return [...this.contacts.keys()] }
  async roomMemberList (id) { return known(this.rooms, id).memberIdList }

  async roomMemberRawPayload (room, contact) {
    const { id, name, avatar } = known(this.contacts, contact)
    return { id, name, avatar, roomAlias: this.roomAliases.get(`${room} ${contact}`) || '' }
  }

  async roomTopic (id, topic) {
    if (topic === undefined) return known(this.rooms, id).topic
    this.note('topic', { room: id, topic })
    this.retitle(id, topic, this.currentUserId)
  }

  async roomAnnounce (id, text) {
    if (text === undefined) return known(this.rooms, id).announce || ''
    known(this.rooms, id).announce = text
    this.note('announce', { room: id, text })
  }

  async contactAlias (id, alias) {
    if (alias === undefined) return known(this.contacts, id).alias
    known(this.contacts, id).alias = alias || ''
    this.note('alias', { contact: id, alias })
    this.dirtyPayload(Payload.Contact, id)
  }

  async roomInvitationRawPayload (id) { await this.pass('roomInvitationPayload'); return known(this.invitations, id) }
  async roomInvitationAccept (id) {
    const { roomId, inviterId } = known(this.invitations, id)
    this.note('invitation accepted', { id })
    if (this.rooms.has(roomId)) this.join(roomId, [this.currentUserId], inviterId)
  }

  async friendshipRawPayload (id) { await this.pass('friendshipPayload'); return known(this.friendships, id) }
  async friendshipAccept (id) {
    const { contactId } = known(this.friendships, id)
    known(this.contacts, contactId).friend = true
    this.note('friend accepted', { id, contact: contactId })
    this.dirtyPayload(Payload.Contact, contactId)
  }

  async stop () { this.note('stop', {}); return super.stop() }
  async logout (reason) { this.note('logout', {}); return super.logout(reason) }

  join (room, contacts, by) {
    known(this.rooms, room).memberIdList.push(...contacts)
    this.emit('room-join', { roomId: room, inviteeIdList: contacts, inviterId: by, timestamp: Date.now() })
    this.dirtyPayload(Payload.Room, room)
  }

  leave (room, contacts, by) {
    const payload = known(this.rooms, room)
    payload.memberIdList = payload.memberIdList.filter(one => !contacts.includes(one))
    this.emit('room-leave', { roomId: room, removeeIdList: contacts, removerId: by, timestamp: Date.now() })
    this.dirtyPayload(Payload.Room, room)
  }

  retitle (room, topic, by) {
    const payload = known(this.rooms, room)
    const told = { roomId: room, newTopic: topic, oldTopic: payload.topic, changerId: by, timestamp: Date.now() }
    payload.topic = topic
    this.emit('room-topic', told)
    this.dirtyPayload(Payload.Room, room)
  }

  file (id) { return known(this.files, id) }
}

export function known (map, id) {
  const value = map.get(id)
  if (value === undefined) throw new Error(`nothing known of ${id}`)
  return value
}

function box ({ name, bytes }) { return FileBox.fromBase64(bytes.toString('base64'), name) }
