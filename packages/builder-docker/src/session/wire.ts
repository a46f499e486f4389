/** The messages of BuildKit's session and progress, as far as they are used here: the engine's protocol, written down as its descriptors. */
import protobuf from 'protobufjs'

const protocol = `
syntax = "proto3";
package hop3;

message Stat {
  string path = 1;
  uint32 mode = 2;
  uint32 uid = 3;
  uint32 gid = 4;
  int64 size = 5;
  int64 modTime = 6;
  string linkname = 7;
}
message Packet {
  enum Type { STAT = 0; REQ = 1; DATA = 2; FIN = 3; ERR = 4; }
  Type type = 1;
  Stat stat = 2;
  uint32 ID = 3;
  bytes data = 4;
}

message GetSecretRequest { string ID = 1; }
message GetSecretResponse { bytes data = 1; }
message CredentialsRequest { string Host = 1; }
message CredentialsResponse { string Username = 1; string Secret = 2; }
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse { int32 status = 1; }

message Time { int64 seconds = 1; int32 nanos = 2; }
message Vertex {
  string digest = 1;
  repeated string inputs = 2;
  string name = 3;
  bool cached = 4;
  Time started = 5;
  Time completed = 6;
  string error = 7;
}
message VertexStatus {
  string ID = 1;
  string vertex = 2;
  string name = 3;
  int64 current = 4;
  int64 total = 5;
}
message VertexLog { string vertex = 1; Time timestamp = 2; int64 stream = 3; bytes msg = 4; }
message VertexWarning { string vertex = 1; int64 level = 2; bytes short = 3; repeated bytes detail = 4; string url = 5; }
message StatusResponse {
  repeated Vertex vertexes = 1;
  repeated VertexStatus statuses = 2;
  repeated VertexLog logs = 3;
  repeated VertexWarning warnings = 4;
}
`

const { root } = protobuf.parse(protocol, { keepCase: true })

export interface Codec {
  readonly encode: (value: Readonly<Record<string, unknown>>) => Buffer
  /** Absent fields have their defaults; bytes are Buffers, 64-bit numbers plain ones. */
  readonly decode: (bytes: Uint8Array) => Readonly<Record<string, unknown>>
}

/** A message of the protocol above, by its name. */
export function codec(name: string): Codec {
  const type = root.lookupType(`hop3.${name}`)
  return {
    encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), { defaults: true, arrays: true, longs: Number }),
  }
}
