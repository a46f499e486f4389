/** Where the frames of a WebSocket begin and end (RFC 6455 §5.2). Reads headers only: what they hold is the app's. */

export interface FrameReader {
  /** Reads on. Returns the offset in `data` after the first frame that ends in it, -1 when none does. */
  read(data: Buffer): number
  /** Nothing of a frame is under way: another may be put in between (a control frame also inside a message, §5.4). */
  isBetween(): boolean
  /** A close frame has begun: nothing may follow it. */
  hasClosed(): boolean
}

/** Service restart: the client may come again at once (IANA's registry of close codes). From a server, so without a mask. */
export const serviceRestart: Buffer = Buffer.from([0x88, 2, 1012 >> 8, 1012 & 0xff])

/** Two bytes, eight of length, four of mask. */
const longestHeader = 14

export function createFrameReader(): FrameReader {
  const header = Buffer.alloc(longestHeader)
  let headerSize = 0
  let payloadLeft = 0
  let closed = false

  /** Takes a byte of a header. True when the frame ends with it. */
  const readHeader = (byte: number): boolean => {
    header[headerSize++] = byte
    if (headerSize < 2 || headerSize < headerLength(header)) return false
    if ((header.readUInt8(0) & 0x0f) === 8) closed = true
    payloadLeft = payloadLength(header)
    headerSize = 0
    return payloadLeft === 0
  }

  return {
    read(data) {
      let firstEnd = -1
      for (let offset = 0; offset < data.length;) {
        let ends: boolean
        if (payloadLeft > 0) {
          const taken = Math.min(payloadLeft, data.length - offset)
          offset += taken
          payloadLeft -= taken
          ends = payloadLeft === 0
        } else ends = readHeader(data.readUInt8(offset++))
        if (ends && firstEnd === -1) firstEnd = offset
      }
      return firstEnd
    },
    isBetween: () => headerSize === 0 && payloadLeft === 0,
    hasClosed: () => closed,
  }
}

function headerLength(header: Buffer): number {
  const second = header.readUInt8(1)
  const length = second & 0x7f
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (second & 0x80 ? 4 : 0)
}

function payloadLength(header: Buffer): number {
  const length = header.readUInt8(1) & 0x7f
  if (length < 126) return length
  return length === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
